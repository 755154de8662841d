import { drop, of } from "../objects";
import { oidcClient } from "./oidcClient";
import type { Product } from "./product";

const namespace = "oauth2-proxy";
/** Upstream's name ends in a hash of upstream's content; its pods refer to that name. */
const secretName = "oauth2-proxy-h675gf55ht";

/** oauth2-proxy: lets only users through that dex knows. */
export const oauth2Proxy: Product = {
  name: "oauth2-proxy",
  profiles: ["full"],
  namespaces: [namespace],
  dependsOn: [
    { product: "istio", mode: "ready" },
    { product: "dex", mode: "ready" },
  ],
  overlays: ["common/oauth2-proxy/overlays/m2m-dex-only"],
  patches: [drop("upstream's well-known credentials", of("Secret", secretName, namespace))],
  secrets: [
    {
      name: secretName,
      namespace,
      resource: "oauth2-proxy",
      content: {
        "client-id": oidcClient.id,
        "client-secret": oidcClient.secret,
        // The key must have 16, 24 or 32 bytes.
        "cookie-secret": { generated: "oauth2-proxy-cookie", length: 32 },
      },
    },
  ],
};
