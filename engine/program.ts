import * as pulumi from "@pulumi/pulumi";
import path from "node:path";
import { NAMESPACE } from "../infra/settings";
import { projectRoot } from "./options";
import { SECRET_KEY, SECRET_MARK } from "./stack";

/** A resource that the program registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** `type::name`, the end of its URN. */
  readonly label: string;
  readonly custom: boolean;
  /** Its inputs, with `REDACTED` in the place of every secret. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that were secret, as JSON pointers. */
  readonly secrets: readonly string[];
}

/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

type Properties = Record<string, unknown>;

/** What the resource kinds that compute something would answer, as far as the program builds on it. */
const answers: Readonly<Record<string, (inputs: Properties) => Properties | Promise<Properties>>> = {
  "random:index/randomPassword:RandomPassword": () => ({
    result: pulumi.secret(REDACTED),
    bcryptHash: pulumi.secret(REDACTED),
  }),
  "random:index/randomString:RandomString": () => ({ result: REDACTED }),
  "random:index/randomId:RandomId": () => ({ hex: REDACTED, b64Url: REDACTED, b64Std: REDACTED, dec: "0" }),
  "kubeflow-stack:cluster:LocalNode": () => ({
    kubeconfig: pulumi.secret(kubeconfig),
    containerdSocket: "/run/containerd.sock",
  }),
  // An image's reference is known before it is built: it is a hash of its folder.
  "kubeflow-stack:images:ContainerImage": async (inputs) => {
    const { containerImage } = await import("../plugins/stack/kinds/containerImage.js");
    const news = inputs as unknown as Parameters<NonNullable<typeof containerImage.check>>[0];
    const checked = await containerImage.check?.(news, undefined, noContext);
    const known = checked && (await containerImage.previewState?.(checked.inputs, undefined, noContext));
    return { digest: `sha256:${"0".repeat(64)}`, ...known };
  },
  "kubeflow-stack:storage:ModelVersion": () => ({ accuracy: 0 }),
};

/** What a resource kind is told of its surroundings, where there are none. */
const noContext = {
  ...{ urn: "", name: "", type: "", preview: true, timeoutSeconds: 0 },
  signal: new AbortController().signal,
  log: () => undefined,
  status: () => undefined,
};

const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "none",
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "none", user: {} }],
});

/**
 * Runs the whole program in this process, with no engine, no cluster and no secret: every resource is recorded and
 * answered at once.
 * @param config - configuration by key, without the namespace
 * @param stack - the stack's name
 * @param folder - the folder of the project whose program it is
 * @returns what was registered, in that order
 */
export async function recordProgram(
  config: Readonly<Record<string, unknown>>,
  stack: string,
  folder: string = projectRoot,
): Promise<Registered[]> {
  const registered: Registered[] = [];
  const mocks: pulumi.runtime.Mocks = {
    async newResource({ type, name, inputs, custom, id }) {
      const secrets: string[] = [];
      const plain = redact(inputs, secrets) as Record<string, unknown>;
      registered.push({ type, name, label: `${type}::${name}`, custom: custom ?? true, inputs: plain, secrets });
      const bare = strip(inputs) as Record<string, unknown>;
      return { id: id || `${name}-id`, state: { ...bare, ...(await answers[type]?.(bare)) } };
    },
    call({ token }) {
      throw new Error(`The program called ${token}, which has no answer without a cluster.`);
    },
  };
  const project = NAMESPACE;
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        `${project}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  await pulumi.runtime.setMocks(mocks, project, stack, false);
  // What goes wrong while a resource's inputs are made ends up here and nowhere else.
  const faults: unknown[] = [];
  const collect = (fault: unknown) => faults.push(fault);
  process.on("unhandledRejection", collect);
  try {
    const { default: program } = (await import(path.join(folder, "index.ts"))) as {
      default: () => Promise<Record<string, unknown>>;
    };
    const outputs = await program();
    await new Promise((resolve) => pulumi.output(outputs).apply(resolve));
    await pulumi.runtime.disconnect();
  } finally {
    process.removeListener("unhandledRejection", collect);
  }
  if (faults.length > 0) throw faults[0];
  return registered;
}

const isSecret = (value: object): value is { value: unknown } => Reflect.get(value, SECRET_KEY) === SECRET_MARK;

/** The value without the wrappings of its secrets, each replaced, its path noted. */
function redact(value: unknown, secrets: string[], path = ""): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => redact(item, secrets, `${path}/${index}`));
  if (isSecret(value)) {
    secrets.push(path);
    return blank(value.value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, secrets, `${path}/${key}`)]));
}

// A secret map keeps its keys: which keys a Secret has is no secret, and pods name them.
function blank(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return REDACTED;
  if (isSecret(value)) return blank(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, blank(item)]));
}

function strip(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(strip);
  if (isSecret(value)) return pulumi.secret(strip(value.value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item)]));
}
