/** MySQL servers whose root password is generated, and set by the server itself at each start. */
import { type Json, type JsonMap, type Patch, mapAt, mapsAt, of, patch } from "../objects";
import { mountReadOnly, podTemplateOf } from "./podPatches";
import { type Database, type GeneratedSecret, databasePassword } from "./product";

const folder = "/etc/mysql-password";
const file = "init.sql";

/**
 * Lets a server set its root password from its Secret at each start. So a rotated password reaches the database as well as its clients, and
 * the old one is not needed for that. Upstream lets root in without a password.
 */
export function passwordFromSecret({ deployment, namespace, secret }: Database): Patch {
  return patch(`the password of ${deployment}`, of("Deployment", deployment, namespace), (object) => {
    const pod = podTemplateOf(object);
    const [container] = mapsAt(pod, "containers");
    if (!pod || !container) return;
    container["env"] = [
      ...mapsAt(container, "env").filter(
        ({ name }) => !/^MYSQL_(ALLOW_EMPTY|ROOT)_PASSWORD$/.test(String(name as string)),
      ),
      // The image's entrypoint and upstream's probes read it.
      { name: "MYSQL_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: secret, key: "root-password" } } },
    ];
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const exec = mapAt(container[probe], "exec");
      if (Array.isArray(exec?.["command"])) exec["command"] = exec["command"].map(withoutPasswordArgument);
    }
    // `mysqld` is the shell's $0; upstream's arguments follow.
    container["command"] = ["/bin/sh", "-c", starting(dataFolder(container), `${folder}/${file}`), "mysqld"];
    const items = [{ key: file, path: file }];
    mountReadOnly(pod, container, { name: "password", secret: { secretName: secret, items } }, folder);
  });
}

/** Passes the password to `mysql` by the environment: an argument would show in the process list. */
function withoutPasswordArgument(word: Json): Json {
  const argument = / -p("?)\$\{?MYSQL_ROOT_PASSWORD\}?\1/;
  if (typeof word !== "string" || !argument.test(word)) return word;
  return `export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"; ${word.replace(argument, "")}`;
}

/** The server's data folder: from its arguments, or the image's default. */
function dataFolder(container: JsonMap): string {
  const args = Array.isArray(container["args"]) ? container["args"] : [];
  const given = args[args.indexOf("--datadir") + 1];
  return args.includes("--datadir") && typeof given === "string" ? given : "/var/lib/mysql";
}

/**
 * Starts the server by the image's entrypoint. That one sets the password of the environment when it creates the database; later starts
 * run the statements of a file.
 * @param data the folder of the server's data
 * @param sql the file with statements that set it
 */
export function starting(data: string, sql: string): string {
  return `if [ -d ${data}/mysql ]; then set -- "$@" --init-file=${sql}; fi; exec docker-entrypoint.sh mysqld "$@"`;
}

/** Statements that let root in from anywhere with this password only, one a line, as the server reads them. */
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

/** The Secret from which a server reads its root password. */
export const passwordSecret = (database: Database): GeneratedSecret => ({
  name: database.secret,
  namespace: database.namespace,
  content: {
    "root-password": databasePassword(database),
    [file]: databasePassword(database, rootPassword),
  },
});
