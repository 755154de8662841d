/** MySQL servers of upstream's products, with a generated password that the database itself is told. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Json, type JsonMap, type Patch, mapAt, mapsAt, of, patch } from "../../manifests";
import { mountReadOnly, podTemplateOf } from "../podPatches";

const namespace = "kubeflow";
const folder = "/etc/mysql-password";
const file = "init.sql";

/**
 * Has a server set its root password from a Secret whenever it starts. So a new password reaches the database, and not only those who use it,
 * and no old one is needed for it. Upstream lets root in without any.
 * @param deployment the server's Deployment
 * @param secret the Secret that `passwordSecret` makes
 */
export function passwordFromSecret(deployment: string, secret: string): Patch {
  return patch(`the password of ${deployment}`, of("Deployment", deployment, namespace), (object) => {
    const pod = podTemplateOf(object);
    const [container] = mapsAt(pod, "containers");
    if (!pod || !container) return;
    container["env"] = [
      ...mapsAt(container, "env").filter(
        ({ name }) => !/^MYSQL_(ALLOW_EMPTY|ROOT)_PASSWORD$/.test(String(name as string)),
      ),
      // What the image's entrypoint and upstream's probes read.
      { name: "MYSQL_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: secret, key: "root-password" } } },
    ];
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const exec = mapAt(container[probe], "exec");
      if (Array.isArray(exec?.["command"])) exec["command"] = exec["command"].map(unlisted);
    }
    // The name that the shell goes by, then what upstream gives the server.
    container["command"] = ["/bin/sh", "-c", starting(dataFolder(container), `${folder}/${file}`), "mysqld"];
    const items = [{ key: file, path: file }];
    mountReadOnly(pod, container, { name: "password", secret: { secretName: secret, items } }, folder);
  });
}

/** A command that gives `mysql` the password by its environment: an argument of it would stand in the process list. */
function unlisted(word: Json): Json {
  const argument = / -p("?)\$\{?MYSQL_ROOT_PASSWORD\}?\1/;
  if (typeof word !== "string" || !argument.test(word)) return word;
  return `export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"; ${word.replace(argument, "")}`;
}

/** Where the server keeps its data: what its arguments say, or the image's default. */
function dataFolder(container: JsonMap): string {
  const args = Array.isArray(container["args"]) ? container["args"] : [];
  const told = args[args.indexOf("--datadir") + 1];
  return args.includes("--datadir") && typeof told === "string" ? told : "/var/lib/mysql";
}

/**
 * Starts the server by the image's entrypoint. While that makes the first database, it wants root without a password, and sets the one
 * of the environment itself; from then on the server sets it at each start.
 * @param data the folder of the server's data
 * @param sql the file of statements that set it
 */
export function starting(data: string, sql: string): string {
  return `if [ -d ${data}/mysql ]; then set -- "$@" --init-file=${sql}; fi; exec docker-entrypoint.sh mysqld "$@"`;
}

/** Statements that let root in with a password and no other, from anywhere, whatever was before; one a line, as the server reads them. */
export function rootPassword(password: string): string {
  // Generated passwords have letters and digits only, so that nothing needs quoting.
  const hosts = ["localhost", "%"];
  return [
    `CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '${password}';`,
    ...hosts.map((host) => `ALTER USER 'root'@'${host}' IDENTIFIED BY '${password}';`),
    ...hosts.map((host) => `GRANT ALL ON *.* TO 'root'@'${host}' WITH GRANT OPTION;`),
    "",
  ].join("\n");
}

/** The Secret that a server reads its root password from. */
export function passwordSecret(
  name: string,
  password: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const sql = password.apply(rootPassword);
  return new k8s.core.v1.Secret(
    name,
    { metadata: { name, namespace }, stringData: { "root-password": password, [file]: sql } },
    opts,
  );
}
