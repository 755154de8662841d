import type * as pulumi from "@pulumi/pulumi";
import type { ProductContext } from "../product";

/** The client by which oauth2-proxy asks dex who a user is: the same to both of them. */
export function oidcClient({ credentials }: Pick<ProductContext, "credentials">): {
  id: string;
  secret: pulumi.Output<string>;
} {
  return { id: "kubeflow-oidc-authservice", secret: credentials.secret("oidc-client", 40).result };
}
