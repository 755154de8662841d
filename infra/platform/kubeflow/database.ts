/** MySQL servers of upstream's products, with a generated password that the database itself is told. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Patch, mapsAt, of, patch } from "../../manifests";
import { podTemplateOf } from "../podPatches";

const namespace = "kubeflow";
const folder = "/etc/mysql-password";

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
    container["args"] = [...((container["args"] as string[] | undefined) ?? []), `--init-file=${folder}/init.sql`];
    container["volumeMounts"] = [
      ...mapsAt(container, "volumeMounts"),
      { name: "password", mountPath: folder, readOnly: true },
    ];
    const items = [{ key: "init.sql", path: "init.sql" }];
    pod["volumes"] = [...mapsAt(pod, "volumes"), { name: "password", secret: { secretName: secret, items } }];
  });
}

/** The Secret that a server reads its root password from. */
export function passwordSecret(
  name: string,
  password: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  // Generated passwords have letters and digits only, so that nothing needs quoting.
  const sql = pulumi.interpolate`ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED BY '${password}';
ALTER USER IF EXISTS 'root'@'%' IDENTIFIED BY '${password}';
`;
  return new k8s.core.v1.Secret(
    name,
    { metadata: { name, namespace }, stringData: { "root-password": password, "init.sql": sql } },
    opts,
  );
}
