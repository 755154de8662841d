/** What products declare as data, as resources: Secrets with generated content, buckets and users of the object store. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Credentials, ObjectStoreHandle, ProductSettings } from "../products/component";
import { passwordSecret } from "../products/database";
import type { GeneratedSecret, Product, SecretValue } from "../products/product";
import { StoreUser } from "../products/storeUser";
import { Bucket } from "../storage";

/** What declared resources are created from. */
export interface DeclaredContext {
  readonly settings: ProductSettings;
  readonly credentials: Credentials;
  /** The object store; absent where no product of the stack is one. */
  readonly objectStore: ObjectStoreHandle | undefined;
}

/**
 * Creates the Secrets, buckets and users that a product declares. Its pods depend on them.
 * @param opts - of every resource
 */
export function declaredResources(
  product: Product,
  context: DeclaredContext,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const secrets = [...(product.databases ?? []).map(passwordSecret), ...(product.secrets ?? [])];
  return [...secrets.map((secret) => createSecret(secret, context, opts)), ...storeResources(product, context, opts)];
}

function createSecret(
  { name, namespace, resource = name, content }: GeneratedSecret,
  { settings, credentials }: DeclaredContext,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const values = typeof content === "function" ? content(settings) : content;
  const stringData = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, valueOf(value, credentials)]),
  );
  return new k8s.core.v1.Secret(resource, { metadata: { name, namespace }, stringData }, opts);
}

function valueOf(value: SecretValue, credentials: Credentials): pulumi.Input<string> {
  if (typeof value === "string") return value;
  const { result, bcryptHash } = credentials.generate(value.generated, value.length);
  if (value.as === undefined) return result;
  return value.as === "bcrypt" ? bcryptHash : result.apply(value.as);
}

function storeResources(
  { name: product, buckets = [], objectStoreUsers = [] }: Product,
  { objectStore, settings }: DeclaredContext,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (buckets.length === 0 && objectStoreUsers.length === 0) return [];
  if (!objectStore) throw new Error(`${product} uses the object store: depend on its product, with mode "ready".`);
  const { connection } = objectStore;
  const storeOpts = { ...opts, dependsOn: [...asResources(opts.dependsOn), ...objectStore.ready] };
  const created = new Map(
    buckets.map((bucket) => [bucket, new Bucket(`${product}-${bucket}`, { ...connection, bucket }, storeOpts)]),
  );
  const users = objectStoreUsers.flatMap(
    ({ name, bucket, ...user }) =>
      new StoreUser(
        name,
        { ...user, connection, bucket: created.get(bucket)?.bucket ?? bucket, rotation: settings.rotation },
        storeOpts,
      ).ready,
  );
  return [...created.values(), ...users];
}

/** What this module is given as `dependsOn` are resources already. */
const asResources = (dependsOn: pulumi.CustomResourceOptions["dependsOn"]): pulumi.Resource[] =>
  (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).filter((one) => pulumi.Resource.isInstance(one));
