/** Kubeflow Pipelines' metadata store, told of its database by a file: upstream's arguments would show the password in the process list. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { mapsAt, of, patch } from "../../manifests";
import { mountReadOnly, podTemplateOf } from "../podPatches";

const namespace = "kubeflow";
const name = "metadata-store-config";
const folder = "/etc/metadata-store";
const file = "config.pbtxt";
/** As upstream's `pipeline-install-config` has it. */
const database = { host: "mysql", port: 3306, database: "metadb" };

/** Has the server read its file. What that says goes before the arguments; without it they lack user and password. */
export const metadataStoreByFile = patch(
  "the password of the metadata store",
  of("Deployment", "metadata-grpc-deployment", namespace),
  (object) => {
    const pod = podTemplateOf(object);
    const [container] = mapsAt(pod, "containers");
    if (!pod || !container || !Array.isArray(container["args"])) return;
    container["args"] = [
      ...container["args"].filter((word) => !/^--mysql_config_(user|password)=/.test(String(word as string))),
      `--metadata_store_server_config_file=${folder}/${file}`,
    ];
    container["env"] = mapsAt(container, "env").filter((entry) => !/^DBCONFIG_/.test(String(entry["name"] as string)));
    mountReadOnly(pod, container, { name: "database", secret: { secretName: name } }, folder);
  },
);

/** The Secret with that file: a `MetadataStoreServerConfig` as text. */
export function metadataStoreConfig(
  password: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  // Generated passwords have letters and digits only, so that nothing needs quoting.
  const config = password.apply((clear) =>
    [
      "connection_config {",
      "  mysql {",
      `    host: "${database.host}" port: ${database.port} database: "${database.database}"`,
      `    user: "root" password: "${clear}"`,
      "  }",
      "}",
      "migration_options { enable_upgrade_migration: true }",
      "",
    ].join("\n"),
  );
  return new k8s.core.v1.Secret(name, { metadata: { name, namespace }, stringData: { [file]: config } }, opts);
}
