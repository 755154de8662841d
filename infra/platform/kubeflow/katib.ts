import * as k8s from "@pulumi/kubernetes";
import { drop, of } from "../../manifests";
import type { Product } from "../product";
import { passwordFromSecret, passwordSecret } from "./database";

/**
 * Katib: finds hyper-parameters. Its database's password is generated.
 * Needs cert-manager and Istio. Ready when its webhooks answer.
 */
export const katib: Product = {
  name: "katib",
  overlays: ["applications/katib/upstream/installs/katib-with-kubeflow"],
  needs: ["cert-manager", "istio"],
  patches: [
    drop("upstream's well-known credentials", of("Secret", "katib-mysql-secrets", "kubeflow")),
    passwordFromSecret("katib-mysql", "katib-mysql-password"),
  ],
  secrets({ credentials }, opts) {
    const password = credentials.secret("katib-database", 32).result;
    return [
      passwordSecret("katib-mysql-password", password, opts),
      new k8s.core.v1.Secret(
        "katib-mysql-secrets",
        {
          metadata: { name: "katib-mysql-secrets", namespace: "kubeflow" },
          stringData: { MYSQL_ROOT_PASSWORD: password },
        },
        opts,
      ),
    ];
  },
};
