import type { Endpoint } from "../endpoints";
import { type Patch, mapAt, mapsAt, of, patch } from "../manifests";
import { platform } from "../versions";
import { hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

const { kourier: pins } = platform;
const knativeNamespace = "knative-serving";
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
  // A service that is not for the cluster alone gets the host NAME.NAMESPACE.localhost, which browsers look for on this machine.
  configure("config-domain", "localhost", ""),
  // Namespaces that are held to the restricted standard ask it of their pods, and Knative takes it away unless told otherwise.
  configure("config-features", "kubernetes.podspec-securitycontext", "enabled"),
];

/**
 * Kourier: the gateway through which Knative's services are reached, an Envoy that net-kourier programs.
 * Needs Knative, whose configuration it reads. Ready when the gateway has its program, since only then it answers its probe.
 */
export const kourier: Product = {
  name: "kourier",
  namespaces: ["kourier-system"],
  sources: [{ kind: "module", ...pins.module, files: ["config"] }],
  // As in Knative's own module, upstream's release tooling fills these in.
  fill: { "ko://knative.dev/net-kourier/cmd/kourier": pins.images.controller, devel: pins.version.slice(1) },
  patches: [
    patch("the pinned Envoy", of("Deployment", gateway), (object) => {
      for (const container of mapsAt(podTemplateOf(object), "containers")) container["image"] = pins.images.envoy;
    }),
    patch("a port of every node instead of a load balancer", of("Service", "kourier"), (object) => {
      const spec = mapAt(object, "spec");
      if (!spec) return;
      spec["type"] = "NodePort";
      // There is no certificate, and so nothing behind the other port.
      spec["ports"] = mapsAt(spec, "ports")
        .filter((port) => port["name"] === "http2")
        .map((port) => ({ ...port, nodePort: endpoint.nodePort }));
    }),
    hardened(),
  ],
  needs: ["knative"],
  endpoints: [endpoint],
  switchedOnBy: { setting: "knativeIngress", when: ({ knativeIngress }) => knativeIngress === "kourier" },
};
