import { tools } from "../../versions";
import { arch } from "../../../toolchain/home";
import { define, fromDebian } from "./define";

const cniPrograms = ["bridge", "host-local", "loopback", "portmap", "firewall", "ptp"];

/** What runs containers and connects them, and what builds their images. */
export const containerTools = define({
  containerd: {
    ...fromDebian(["containerd"], {
      containerd: "usr/bin/containerd",
      ctr: "usr/bin/ctr",
      "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
    }),
    machine: { asks: "containerd", least: tools.containerd.least },
    official: {
      files: [
        {
          url: `https://github.com/containerd/containerd/releases/download/v${tools.containerd.version}/containerd-static-${tools.containerd.version}-linux-${arch}.tar.gz`,
          sha256: {
            publishedAt: `https://github.com/containerd/containerd/releases/download/v${tools.containerd.version}/containerd-static-${tools.containerd.version}-linux-${arch}.tar.gz.sha256sum`,
          },
          programs: Object.fromEntries(
            ["containerd", "ctr", "containerd-shim-runc-v2"].map((name) => [name, `bin/${name}`]),
          ),
        },
      ],
    },
  },
  runc: {
    ...fromDebian(["runc"], { runc: "usr/sbin/runc" }),
    machine: { asks: "runc", least: tools.runc.least },
    official: {
      files: [
        {
          url: `https://github.com/opencontainers/runc/releases/download/v${tools.runc.version}/runc.${arch}`,
          sha256: {
            publishedAt: `https://github.com/opencontainers/runc/releases/download/v${tools.runc.version}/runc.sha256sum`,
          },
          programs: "runc",
        },
      ],
    },
  },
  "cni-plugins": {
    ...fromDebian(
      ["containernetworking-plugins"],
      Object.fromEntries(cniPrograms.map((name) => [name, `usr/lib/cni/${name}`])),
    ),
    machine: { none: "they have no version to ask for, and no fixed folder" },
    official: {
      files: [
        {
          url: `https://github.com/containernetworking/plugins/releases/download/v${tools.cniPlugins}/cni-plugins-linux-${arch}-v${tools.cniPlugins}.tgz`,
          sha256: {
            publishedAt: `https://github.com/containernetworking/plugins/releases/download/v${tools.cniPlugins}/cni-plugins-linux-${arch}-v${tools.cniPlugins}.tgz.sha256`,
          },
          programs: Object.fromEntries(cniPrograms.map((name) => [name, name])),
        },
      ],
    },
  },
  iptables: {
    ...fromDebian(
      ["iptables"],
      {
        ...Object.fromEntries(
          ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"].flatMap(
            (name) => {
              const [family = "", verb] = name.split("-");
              const path = (kind: string): string => `usr/sbin/${[family, kind, verb].filter(Boolean).join("-")}`;
              return [
                [name, path("nft")],
                [[family, "nft", verb].filter(Boolean).join("-"), path("nft")],
                [[family, "legacy", verb].filter(Boolean).join("-"), path("legacy")],
              ];
            },
          ),
        ),
      },
      { XTABLES_LIBDIR: "{lib}/xtables" },
    ),
    machine: { asks: "iptables", least: "1.8.4" },
  },
  conntrack: {
    ...fromDebian(["conntrack"], { conntrack: "usr/sbin/conntrack" }),
    machine: { asks: "conntrack", least: "1.4" },
  },
  iproute2: {
    ...fromDebian(["iproute2"], { ip: "usr/bin/ip", tc: "usr/sbin/tc" }),
    machine: { asks: "ip", args: ["-V"], least: "4.0" },
  },
  passt: {
    ...fromDebian(["passt"], { pasta: "usr/bin/pasta", passt: "usr/bin/passt" }),
    machine: { none: "its versions are dates that order by nothing" },
  },
  buildah: {
    ...fromDebian(
      ["buildah", "crun", "netbase"],
      { buildah: "usr/bin/buildah", crun: "usr/bin/crun" },
      { CONTAINERS_REGISTRIES_CONF: "{root}/etc/containers/registries.conf" },
      ["buildah"],
    ),
    machine: { asks: "buildah", least: tools.buildah.least },
  },
  "debian-archive-keyring": {
    ...fromDebian(["debian-archive-keyring"], {}),
    machine: { none: "apt looks for it by itself" },
  },
});
