import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface RecordedResource {
  readonly urnEnd: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** JSON pointers of the inputs that are secret. */
  readonly secrets: readonly string[];
}

const SECRET_KEY = "4dabf18193072939515e22adb298388d";

/**
 * Lets resources be made with no engine and no cluster, and records them. A call (`invoke`) is an error: what is under test reads nothing.
 * @param answers outputs beyond the inputs, by type token
 */
export async function recordResources(
  make: () => unknown,
  answers: Readonly<Record<string, (inputs: Record<string, unknown>, name: string) => Record<string, unknown>>> = {},
): Promise<RecordedResource[]> {
  const recorded: RecordedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const secrets: string[] = [];
        const plain = unwrap(inputs, "", secrets) as Record<string, unknown>;
        if (type !== "pulumi:pulumi:Stack")
          recorded.push({ urnEnd: `${type}::${name}`, type, name, inputs: plain, secrets });
        return { id: name, state: { ...plain, ...answers[type]?.(plain, name) } };
      },
      call({ token }) {
        throw new Error(`${token} was called, which nothing under test may do.`);
      },
    },
    "kubeflow-stack",
    "test",
    false,
  );
  await make();
  // Registrations go on after the program has ended; this waits for the last.
  await pulumi.runtime.disconnect();
  return recorded;
}

function unwrap(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, `${path}/${index}`, secrets));
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_KEY in value) {
    secrets.push(path);
    return unwrap(Reflect.get(value, "value"), path, secrets);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, `${path}/${key}`, secrets)]));
}
