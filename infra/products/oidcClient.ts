import type { SecretValue } from "./product";

/** The client as which oauth2-proxy asks dex who a user is; both hold it. */
export const oidcClient = {
  id: "kubeflow-oidc-authservice",
  secret: { generated: "oidc-client", length: 40 } satisfies SecretValue,
};
