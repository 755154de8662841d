import * as k8s from "@pulumi/kubernetes";
import { drop, of } from "../../manifests";
import type { Product } from "../product";
import { oidcClient } from "./oidcClient";

const namespace = "oauth2-proxy";
/** Upstream's name ends in a hash of upstream's content; the pods ask for it by that name. */
const secretName = "oauth2-proxy-h675gf55ht";

/**
 * oauth2-proxy: lets only those through whom dex knows. Its client's secret and the key of its cookies are generated.
 * Needs Istio and dex. Ready when its pods are.
 */
export const oauth2Proxy: Product = {
  name: "oauth2-proxy",
  namespaces: [namespace],
  overlays: ["common/oauth2-proxy/overlays/m2m-dex-only"],
  needs: ["istio", "dex"],
  patches: [drop("upstream's well-known credentials", of("Secret", secretName, namespace))],
  secrets(context, opts) {
    const client = oidcClient(context);
    // The key must have 16, 24 or 32 bytes.
    const cookie = context.credentials.secret("oauth2-proxy-cookie", 32).result;
    return [
      new k8s.core.v1.Secret(
        "oauth2-proxy",
        {
          metadata: { name: secretName, namespace },
          stringData: { "client-id": client.id, "client-secret": client.secret, "cookie-secret": cookie },
        },
        opts,
      ),
    ];
  },
};
