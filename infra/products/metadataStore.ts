/** Kubeflow Pipelines' metadata store, which reads its database from a file: upstream's arguments show the password in the process list. */
import { mapsAt, of, patch } from "../objects";
import { mountReadOnly, podTemplateOf } from "./podPatches";
import { type Database, type GeneratedSecret, databasePassword } from "./product";

const namespace = "kubeflow";
const name = "metadata-store-config";
const folder = "/etc/metadata-store";
const file = "config.pbtxt";
/** As upstream's `pipeline-install-config` has it. */
const connection = { host: "mysql", port: 3306, database: "metadb" };

/** Lets the server read its file, whose values win over the arguments. */
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
export const metadataStoreConfig = (database: Database): GeneratedSecret => ({
  name,
  namespace,
  content: {
    // Generated passwords have letters and digits only, so that nothing needs quoting.
    [file]: databasePassword(database, (clear) =>
      [
        "connection_config {",
        "  mysql {",
        `    host: "${connection.host}" port: ${connection.port} database: "${connection.database}"`,
        `    user: "root" password: "${clear}"`,
        "  }",
        "}",
        "migration_options { enable_upgrade_migration: true }",
        "",
      ].join("\n"),
    ),
  },
});
