import { type Deployment, SECRET_KEY, SECRET_MARK, type StateResource } from "../engine/stack";
import { identity, type KubeObject } from "../kube/object";
import { escape } from "../kube/pointer";

/** An object that the stack declares. */
export interface Declared {
  readonly urn: string;
  readonly object: KubeObject;
  /** The field manager that the stack writes it as; undefined where the state does not tell. */
  readonly manager: string | undefined;
  /** The field managers of all the stack's resources that write to this object. */
  readonly managers: ReadonlySet<string>;
  /** The identity of the very object that the stack made or took over. */
  readonly uid?: string;
  /** The object as it was when the stack was done with it, with all that the API server and others had filled in. */
  readonly made?: KubeObject;
  /** Of a CRD: how often its body had been changed when the stack was done with it. */
  readonly generation?: number;
  /** Of a CRD: whether its body is not known here, so that it cannot be written. */
  readonly isPartial?: boolean;
  /** A `*Patch` resource: some fields of an object that belongs to others. */
  readonly isPatch: boolean;
  /** Paths (JSON pointers) whose values must not be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** Takes the secrets' wrappings off, noting the path of each. */
export function unwrap(value: unknown, secrets: Set<string>, path = ""): unknown {
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, secrets, `${path}/${index}`));
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[SECRET_KEY] === SECRET_MARK) {
    secrets.add(path);
    const { plaintext } = record;
    return typeof plaintext === "string" ? unwrap(JSON.parse(plaintext), secrets, path) : undefined;
  }
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [key, unwrap(item, secrets, `${path}/${escape(key)}`)]),
  );
}

const isObject = (value: unknown): value is KubeObject =>
  typeof value === "object" && value !== null && "apiVersion" in value && "kind" in value && "metadata" in value;

/** The Kubernetes objects of a deployment whose secrets are shown. */
export function declaredObjects({ deployment }: Deployment): Declared[] {
  const declared = (deployment.resources ?? []).flatMap((resource) => {
    if (!resource.custom || !resource.type.startsWith("kubernetes:") || resource.delete === true) return [];
    const secrets = new Set<string>();
    const inputs = withoutNulls(unwrap(resource.inputs, secrets));
    if (!isObject(inputs)) return [];
    const object = placed(inputs, resource);
    if (object.kind === "Secret") secrets.add("/data").add("/stringData");
    const { __fieldManager: manager, ...outputs } = (unwrap(resource.outputs, new Set()) ?? {}) as Record<
      string,
      unknown
    >;
    const { __inputs, __initialApiVersion, ...made } = outputs;
    void [__inputs, __initialApiVersion];
    const uid = isObject(made) ? made.metadata["uid"] : undefined;
    return [
      {
        urn: resource.urn,
        object,
        manager: typeof manager === "string" ? manager : undefined,
        ...(typeof uid === "string" && { uid }),
        ...(isObject(made) && { made }),
        isPatch: /Patch$/.test(resource.type) && !/Patch$/.test(object.kind),
        secrets,
      },
    ];
  });
  const byObject = Map.groupBy(declared, ({ object }) => identity(object));
  return declared.map((one) => ({
    ...one,
    managers: new Set(byObject.get(identity(one.object))?.flatMap(({ manager }) => manager ?? [])),
  }));
}

/** What is declared as null is not declared. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}

/** The object under the name and namespace that it really got, which the resource's id tells: what has no namespace may name one. */
function placed(object: KubeObject, resource: StateResource): KubeObject {
  const [first = "", second] = (resource.id ?? "").split("/");
  const { namespace: _namespace, ...metadata } = object.metadata;
  const place = second === undefined ? { name: first } : { namespace: first, name: second };
  return { ...object, metadata: { ...metadata, ...place } };
}

/** The kubeconfig of the stack's Kubernetes provider: its text, or the file it names; undefined where there is none. */
export function providerKubeconfig({ deployment }: Deployment): string | undefined {
  const provider = deployment.resources?.find(({ type }) => type === "pulumi:providers:kubernetes");
  const inputs = unwrap(provider?.inputs, new Set());
  const text: unknown = typeof inputs === "object" && inputs !== null ? Reflect.get(inputs, "kubeconfig") : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}
