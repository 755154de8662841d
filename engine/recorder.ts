/** Records the resources that a program registers, with no engine, no cluster and no provider. */
import * as pulumi from "@pulumi/pulumi";
import { SECRET_KEY, SECRET_MARK } from "./stack";

/** A resource that was registered. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** `type::name`, the end of its URN. */
  readonly label: string;
  /** The path by which the state knows it, `parentType$type::name`, and the paths of its aliases. */
  readonly paths: readonly string[];
  readonly custom: boolean;
  /** Its inputs without the marks of secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that are secret, as JSON pointers. */
  readonly secrets: readonly string[];
  /** Label of its parent; absent for children of the stack. */
  readonly parent?: string;
  /** Labels of the resources that it depends on, by its inputs or by its options. */
  readonly dependencies: readonly string[];
  /** Label of the resource whose deletion deletes this one, too. */
  readonly deletedWith?: string;
  /** The input paths whose changes are ignored. */
  readonly ignoreChanges: readonly string[];
}

type Properties = Record<string, unknown>;

/** The outputs of a resource beyond its inputs, by type token. */
export type Answers = Readonly<Record<string, (inputs: Properties, name: string) => Properties | Promise<Properties>>>;

/** What replaces a secret in the record. */
export const REDACTED = "[redacted]";

/** How resources are recorded. */
export interface RecorderOptions {
  /** @default none: every resource answers with its inputs */
  readonly answers?: Answers;
  /** @default `kubeflow-stack` */
  readonly project?: string;
  /** @default `test` */
  readonly stack?: string;
  /** Whether the record holds `REDACTED` in the place of every secret. @default false */
  readonly redact?: boolean;
}

/** The part of a registration request that the SDK's mocks do not pass on. */
interface RegisterRequest {
  getParent(): string;
  getDependenciesList(): string[];
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getAliasesList(): Alias[];
}

/** A former identity of a resource: its whole URN, or the parts of the URN that were different. */
interface Alias {
  getUrn(): string;
  getSpec(): { getName(): string; getType(): string; getParenturn(): string } | undefined;
}

/**
 * Runs `make` and records every resource that it registers, in that order.
 * @param make - registers resources; what it resolves to is awaited, outputs included
 * @throws what `make` throws, what goes wrong while inputs are computed, and for every provider function that is called
 */
export async function recordResources(make: () => unknown, options: RecorderOptions = {}): Promise<RecordedResource[]> {
  const { answers = {}, project = "kubeflow-stack", stack = "test", redact = false } = options;
  const recorded: RecordedResource[] = [];
  let request: RegisterRequest | undefined;
  const mocks: pulumi.runtime.Mocks = {
    async newResource({ type, name, inputs, custom, id }) {
      const replaceSecrets = (replace: (path: string, secret: unknown) => unknown) =>
        withoutMarks(inputs, replace) as Properties;
      const secrets: string[] = [];
      const shown = replaceSecrets((path, value) => {
        secrets.push(path);
        return redact ? blank(value) : value;
      });
      if (type !== "pulumi:pulumi:Stack")
        recorded.push({
          ...identify(type, name),
          custom: custom ?? true,
          inputs: shown,
          secrets,
          ...optionsOf(request),
          paths: pathsOf(type, name, request),
        });
      const plain = replaceSecrets((_, value) => value);
      const state = replaceSecrets((_, value) => pulumi.secret(value));
      return { id: id || `${name}-id`, state: { ...state, ...(await answers[type]?.(plain, name)) } };
    },
    call({ token }) {
      const message = `The program called ${token}, which has no answer without a cluster.`;
      // The SDK passes on what a gRPC error has as its details.
      throw Object.assign(new Error(message), { details: message });
    },
  };
  await pulumi.runtime.setMocks(mocks, project, stack, false);
  onRegistration((next) => (request = next));
  // A fault in computing a resource's inputs is reported as an unhandled rejection and nowhere else.
  const faults: unknown[] = [];
  const collect = (fault: unknown) => faults.push(fault);
  process.on("unhandledRejection", collect);
  try {
    const made = pulumi.output(await make()) as pulumi.Output<unknown>;
    await new Promise((resolve) => made.apply(resolve));
    // Registrations go on after the program has ended; this waits for the last.
    await pulumi.runtime.disconnect();
    // Node reports unhandled rejections once all promises that are due have run.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeListener("unhandledRejection", collect);
  }
  if (faults.length > 0) throw faults[0];
  return recorded;
}

/** Calls `listen` with each request right before the mocks get its resource. */
function onRegistration(listen: (request: RegisterRequest) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: RegisterRequest, answer: unknown): unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    listen(request);
    return register(request, answer);
  };
}

const identify = (type: string, name: string) => ({ type, name, label: `${type}::${name}` });

function optionsOf(request: RegisterRequest | undefined) {
  const parent = labelOf(request?.getParent());
  const deletedWith = labelOf(request?.getDeletedwith());
  return {
    ...(parent !== undefined && !parent.startsWith("pulumi:pulumi:Stack::") && { parent }),
    dependencies: (request?.getDependenciesList() ?? []).flatMap((urn) => labelOf(urn) ?? []),
    ...(deletedWith !== undefined && { deletedWith }),
    ignoreChanges: request?.getIgnorechangesList() ?? [],
  };
}

function pathsOf(type: string, name: string, request: RegisterRequest | undefined): string[] {
  const aliases = (request?.getAliasesList() ?? []).map((alias) => {
    const spec = alias.getSpec();
    if (!spec) return pathOf(alias.getUrn());
    return pathUnder(spec.getParenturn(), spec.getType() || type, spec.getName() || name);
  });
  return [pathUnder(request?.getParent(), type, name), ...aliases];
}

/** A URN without stack and project. */
const pathOf = (urn: string): string => urn.split("::").slice(2).join("::");

function pathUnder(parentUrn: string | undefined, type: string, name: string): string {
  const types = parentUrn?.split("::")[2];
  // The stack's own type is no part of its children's URNs.
  return types === undefined || types === "pulumi:pulumi:Stack" ? `${type}::${name}` : `${types}$${type}::${name}`;
}

/** `type::name` of a URN, whose third part is the chain of its parents' types. */
function labelOf(urn: string | undefined): string | undefined {
  const [, , chain, ...name] = urn?.split("::") ?? [];
  return chain === undefined ? undefined : `${chain.slice(chain.lastIndexOf("$") + 1)}::${name.join("::")}`;
}

const isSecret = (value: object): value is { value: unknown } => Reflect.get(value, SECRET_KEY) === SECRET_MARK;

/** The value with each secret in it replaced by `replace`, which gets the secret without marks. */
function withoutMarks(value: unknown, replace: (path: string, secret: unknown) => unknown, path = ""): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => withoutMarks(item, replace, `${path}/${index}`));
  if (isSecret(value))
    return replace(
      path,
      withoutMarks(value.value, (_, inner) => inner),
    );
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMarks(item, replace, `${path}/${key}`)]),
  );
}

// A secret map keeps its keys: which keys a Secret has is no secret, and pods name them.
function blank(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, blank(item)]));
}
