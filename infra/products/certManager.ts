import { goModule, programImage } from "../../toolchain/images/define";
import type { ImageRecipe } from "../../toolchain/images/recipe";
import { certManagerObjects, type Component } from "./certManagerObjects";
import { hardened } from "./podPatches";
import type { Product } from "./product";

/**
 * https://github.com/cert-manager/cert-manager/releases/tag/v1.11.5: the last release whose programs and CRDs are one Go module.
 * Kubeflow 26.03's own archive carries 1.19.4 instead (https://github.com/cert-manager/cert-manager/releases/tag/v1.19.4).
 */
const version = "v1.11.5";
const source = {
  path: "github.com/cert-manager/cert-manager",
  sum: "h1:K2LurvwIE4hIhODQZnkOW6ljYe3lVMAliS/to+gI05o=",
  version,
};
const images = {
  controller: `quay.io/jetstack/cert-manager-controller:${version}`,
  webhook: `quay.io/jetstack/cert-manager-webhook:${version}`,
  cainjector: `quay.io/jetstack/cert-manager-cainjector:${version}`,
} satisfies Record<Component, string>;

const programs = goModule("cert-manager", version, {
  controller: `${source.path}/cmd/controller`,
  webhook: `${source.path}/cmd/webhook`,
  cainjector: `${source.path}/cmd/cainjector`,
});

function recipe(program: Component): ImageRecipe {
  const path = `/app/cmd/${program}/${program}`;
  return programImage({ from: programs, at: { [path]: program } }, { entrypoint: [path], user: "1000" });
}

/** cert-manager: issues the certificates of other products' webhooks and injects their CAs. */
export const certManager = {
  name: "cert-manager",
  profiles: ["core", "full"],
  namespaces: ["cert-manager"],
  byProfile: {
    core: {
      sources: [{ kind: "module", ...source, files: ["deploy/crds"] }],
      // The CRDs are part of a Helm chart, whose templates fill in these labels only.
      fill: { '{{ template "cert-manager.name" . }}': "cert-manager", "{{ .Release.Name }}": "cert-manager" },
      objects: certManagerObjects(images),
      patches: [hardened()],
    },
    full: { overlays: ["common/cert-manager/overlays/kubeflow"] },
  },
  webhookProbes: [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Issuer",
      metadata: { name: "kubeflow-stack-trial", namespace: "cert-manager" },
      spec: { selfSigned: {} },
    },
  ],
  images,
  recipes: {
    [images.controller]: recipe("controller"),
    [images.webhook]: recipe("webhook"),
    [images.cainjector]: recipe("cainjector"),
  },
} satisfies Product;
