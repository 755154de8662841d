import type * as pulumi from "@pulumi/pulumi";
import { ManifestSet, type RenderedManifest } from "../manifests";
import { certManagerObjects } from "./certManagerObjects";
import { type ProductContext, fromContext } from "./context";
import { hardened } from "./podPatches";

export interface CertManagerArgs extends ProductContext {
  readonly manifest: RenderedManifest;
}

/**
 * cert-manager: issues the certificates of other products' webhooks and injects their CAs.
 * Needs nothing. Ready when its own webhook judges an Issuer, which is when its CA has been injected.
 */
export class CertManager extends ManifestSet {
  constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        ...fromContext(args),
        manifest: { ...args.manifest, objects: certManagerObjects },
        patches: [hardened()],
        offers: [
          {
            apiVersion: "cert-manager.io/v1",
            kind: "Issuer",
            metadata: { name: "kubeflow-stack-trial", namespace: "cert-manager" },
            spec: { selfSigned: {} },
          },
        ],
      },
      opts,
    );
  }
}
