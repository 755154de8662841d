import { platform } from "../versions";
import { certManagerObjects } from "./certManagerObjects";
import { hardened } from "./podPatches";
import type { Product } from "./product";

// Not taken apart: a constant called `module` would clash with the one that Node gives every CommonJS file.
const pins = platform.certManager;

/**
 * cert-manager: issues the certificates of other products' webhooks and injects their CAs.
 * Needs nothing. Ready when its own webhook judges an Issuer, which is when its CA has been injected.
 */
export const certManager: Product = {
  name: "cert-manager",
  namespaces: ["cert-manager"],
  sources: [{ kind: "module", ...pins.module, version: pins.version, files: ["deploy/crds"] }],
  // The CRDs are part of a Helm chart, whose templates reach no further than these labels.
  fill: { '{{ template "cert-manager.name" . }}': "cert-manager", "{{ .Release.Name }}": "cert-manager" },
  objects: certManagerObjects,
  patches: [hardened()],
  offers: [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Issuer",
      metadata: { name: "kubeflow-stack-trial", namespace: "cert-manager" },
      spec: { selfSigned: {} },
    },
  ],
};
