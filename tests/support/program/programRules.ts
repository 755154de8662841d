/** What must hold of every program that is recorded, as the labels of what breaks it. */
import { type RecordedResource, REDACTED } from "../../../engine/recorder";

/** The part of a container that the rules look at. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly {
    name: string;
    value?: unknown;
    valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key?: string } };
  }[];
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

/** The pods that an object makes. */
export interface Pods {
  readonly label: string;
  readonly spec: PodSpec;
  readonly containers: readonly Container[];
}

/** What stands at a path of keys with points between them. */
export const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((inner, key) => (Object(inner) as Record<string, unknown>)[key], value);

/** The objects of the cluster among what was registered. */
export const objectsOf = (registered: readonly RecordedResource[]): RecordedResource[] =>
  registered.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));

export function podsOf(objects: readonly RecordedResource[]): Pods[] {
  return objects.flatMap(({ label, inputs }) => {
    const spec = (at(inputs, "spec.template.spec") ?? at(inputs, "spec.jobTemplate.spec.template.spec")) as
      PodSpec | undefined;
    if (!spec?.containers) return [];
    return [{ label, spec, containers: [...spec.containers, ...(spec.initContainers ?? [])] }];
  });
}

/** Labels that are there more than once. */
export function repeated(registered: readonly RecordedResource[]): string[] {
  const labels = registered.map(({ label }) => label);
  return labels.filter((label, index) => labels.indexOf(label) !== index);
}

/** Where a generated secret stands in an input that is not marked as a secret. */
export function inClear(registered: readonly RecordedResource[]): string[] {
  const clear = (value: unknown, secrets: readonly string[], path: string): string[] => {
    if (secrets.some((secret) => path === secret || path.startsWith(`${secret}/`))) return [];
    if (typeof value === "string") return value.includes(REDACTED) ? [path] : [];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => clear(inner, secrets, `${path}/${key}`));
  };
  return registered.flatMap(({ label, inputs, secrets }) =>
    clear(inputs, secrets, "").map((path) => `${label} ${path}`),
  );
}

/** Containers that are handed a secret by a literal in their environment or arguments. */
export function literalSecrets(pods: readonly Pods[]): string[] {
  return pods.flatMap(({ label, containers }) =>
    containers.flatMap(({ name, env = [], args = [], command = [] }) => [
      ...env
        .filter((one) => /(SECRET_KEY|PASSWORD|TOKEN|ACCESS_KEY)$/.test(one.name) && one.value !== undefined)
        .map((one) => `${label} ${name} ${one.name}`),
      ...[...args, ...command].filter((word) => word.includes(REDACTED)).map((word) => `${label} ${name} ${word}`),
    ]),
  );
}

/** Commands of containers that the value of a Secret becomes part of, so that it stands in the process list. */
export function secretsInCommands(pods: readonly Pods[]): string[] {
  return pods.flatMap(({ label, containers }) =>
    containers.flatMap((container) => {
      const names = (container.env ?? []).filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => name);
      return wordsOf(container)
        .filter((word) => names.some((name) => becomesArgument(name).test(word)))
        .map((word) => `${label} ${container.name} ${word}`);
    }),
  );
}

/** A variable as an argument: where the kubelet puts its value in, and in a shell's text anywhere but in an assignment. */
const becomesArgument = (name: string) => new RegExp(`\\$\\(${name}\\)|(?<!=["']?)\\$(\\{${name}\\}|${name}\\b)`);

/** Every word of every command that a container runs: its own, its probes' and its hooks'. */
function wordsOf(container: Container): string[] {
  const found = (value: unknown): string[] => {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      (key === "command" || key === "args") && Array.isArray(inner) ? (inner as string[]) : found(inner),
    );
  };
  return found(container);
}

/** The NodePorts that services are published at. */
export function nodePortsOf(objects: readonly RecordedResource[]): (number | undefined)[] {
  return objects
    .filter(({ inputs }) => inputs["kind"] === "Service" && at(inputs, "spec.type") === "NodePort")
    .flatMap(({ inputs }) => (at(inputs, "spec.ports") as { nodePort?: number }[]).map(({ nodePort }) => nodePort));
}

/** Objects that hold one of upstream's passwords. */
export function knownPasswords(objects: readonly RecordedResource[]): string[] {
  const known = /minio123|12341234|(?<!native-)\bpassword\b *[:=] *["']?\w/i;
  return objects.filter(({ inputs }) => known.test(JSON.stringify(inputs))).map(({ label }) => label);
}

/** ClusterRoles with rules of their own that others aggregate into. */
export function aggregatedWithRules(objects: readonly RecordedResource[]): string[] {
  return objects.filter(({ inputs }) => "aggregationRule" in inputs && "rules" in inputs).map(({ label }) => label);
}
