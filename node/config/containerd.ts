/** containerd's configuration and the pod network it sets up. */
import { type HostTraits } from "../host";
import { type NodePaths } from "../paths";
import { type NodeNetwork } from "../subnets";
import { type NodeTools } from "../tools";

/** The text of containerd's config.toml. */
export function containerdConfig(paths: NodePaths, tools: NodeTools, traits: HostTraits, pause: string): string {
  const quote = (text: string) => JSON.stringify(text);
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
address = ${quote(paths.containerdSocket)}

[${cri}]
sandbox_image = ${quote(pause)}
# Where the capability is missing, runc could not start a pod that is to be ended last.
restrict_oom_score_adj = ${!traits.mayLowerOomScore}
# The node's own sysfs shows no AppArmor.
disable_apparmor = true

[${cri}.containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
BinaryName = ${quote(tools.runc)}
SystemdCgroup = false

[${cri}.cni]
bin_dir = ${quote(tools.cniPlugins)}
conf_dir = "/etc/cni/net.d"

[${cri}.registry]
config_path = "/etc/containerd/certs.d"
`;
}

/**
 * The pod network: each pod a cable of its own to the node, so that services are translated on every path without br_netfilter.
 * What leaves the node is masqueraded by one rule of the node's root script, not by rules of each pod. Leases lie on a file system
 * in memory: after a restart no pod of before holds one.
 */
export function podNetworkConfig(network: NodeNetwork): string {
  const plugins = [
    {
      type: "ptp",
      ipMasq: false,
      ipam: {
        type: "host-local",
        dataDir: "/run/cni-leases",
        ranges: [[{ subnet: network.pods }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ];
  return JSON.stringify({ cniVersion: "0.4.0", name: "pods", plugins }, undefined, 2);
}
