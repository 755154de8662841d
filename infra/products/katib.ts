import { drop, of } from "../objects";
import { type Database, type Product, databasePassword } from "./product";

const database: Database = {
  deployment: "katib-mysql",
  namespace: "kubeflow",
  secret: "katib-mysql-password",
  credential: "katib-database",
};

/** Katib: finds hyper-parameters. */
export const katib: Product = {
  name: "katib",
  profiles: ["full"],
  dependsOn: [
    { product: "cert-manager", mode: "ready" },
    { product: "istio", mode: "ready" },
  ],
  overlays: ["applications/katib/upstream/installs/katib-with-kubeflow"],
  patches: [drop("upstream's well-known credentials", of("Secret", "katib-mysql-secrets", "kubeflow"))],
  databases: [database],
  secrets: [
    {
      name: "katib-mysql-secrets",
      namespace: "kubeflow",
      content: { MYSQL_ROOT_PASSWORD: databasePassword(database) },
    },
  ],
};
