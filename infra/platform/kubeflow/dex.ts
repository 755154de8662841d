import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { drop, of } from "../../manifests";
import type { Product, ProductContext } from "../product";
import { oidcClient } from "./oidcClient";

const namespace = "auth";

/** The password of the first user, `user@example.com`: an output of the stack. */
export function userPassword({ credentials }: Pick<ProductContext, "credentials">): pulumi.Output<string> {
  return credentials.secret("user-password", 24).result;
}

/**
 * Dex: who users are. Its users' passwords and its client's secret are generated.
 * Needs Istio, for the way to its pages. Ready when its pods are.
 */
export const dex: Product = {
  name: "dex",
  overlays: ["common/dex/overlays/oauth2-proxy"],
  needs: ["istio"],
  patches: [drop("upstream's well-known credentials", of("Secret", /^dex-(oidc-client|passwords)$/, namespace))],
  secrets(context, opts) {
    const client = oidcClient(context);
    return [
      new k8s.core.v1.Secret(
        "dex-oidc-client",
        {
          metadata: { name: "dex-oidc-client", namespace },
          stringData: { OIDC_CLIENT_ID: client.id, OIDC_CLIENT_SECRET: client.secret },
        },
        opts,
      ),
      new k8s.core.v1.Secret(
        "dex-passwords",
        {
          metadata: { name: "dex-passwords", namespace },
          stringData: { DEX_USER_PASSWORD: context.credentials.secret("user-password", 24).bcryptHash },
        },
        opts,
      ),
    ];
  },
};
