/** Where each product's manifests come from, put together from the pins of `infra/versions.ts`. */
import { type ManifestRequest, type RenderedManifest, loadManifests } from "../manifests";
import { platform } from "../versions";

const { certManager, knative, kserve, trainingOperator } = platform;

/** Upstream's release tooling (ko, and a text replacement) fills these in; the module holds what it starts from. */
const knativeFill = {
  ...Object.fromEntries(
    Object.entries(knative.images).map(([name, image]) => [`ko://knative.dev/serving/cmd/${name}`, image]),
  ),
  devel: knative.version.slice(1),
};

const requests = {
  certManager: {
    name: "cert-manager",
    sources: [{ kind: "module", ...certManager.module, version: certManager.version, files: ["deploy/crds"] }],
    // The CRDs are part of a Helm chart, whose templates reach no further than these labels.
    fill: { '{{ template "cert-manager.name" . }}': "cert-manager", "{{ .Release.Name }}": "cert-manager" },
  },
  knative: {
    name: "knative",
    sources: [
      { kind: "module", ...knative.module, files: ["config/core"] },
      { kind: "module", ...knative.networking, files: ["config"] },
      { kind: "module", ...knative.caching, files: ["config"] },
    ],
    fill: knativeFill,
  },
  kserve: {
    name: "kserve",
    sources: kserve.files.map(({ path, url, sha256 }) => ({
      kind: "file",
      url,
      sha256,
      otherwise: { ...kserve.module, file: path },
    })),
    // Both files bring these; they configure a controller that this stack leaves out.
    withoutKinds: ["LLMInferenceServiceConfig"],
  },
  trainingOperator: {
    name: "training-operator",
    sources: [{ kind: "module", ...trainingOperator.module, overlay: "manifests/overlays/kubeflow" }],
  },
} as const satisfies Record<string, ManifestRequest>;

/** The rendered manifests of the core products. */
export type PlatformManifests = Readonly<Record<keyof typeof requests, RenderedManifest>>;

/**
 * Renders what the platform is made from: before the first resource is made, since every fault of every source is to be known by then.
 * @throws ManifestError with all of them
 */
export async function loadPlatformManifests(): Promise<PlatformManifests> {
  return loadManifests<keyof typeof requests>(requests);
}
