import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { tools } from "./versions";

/** The project's configuration namespace: keys are written `kubeflow-stack:KEY`. */
export const NAMESPACE = "kubeflow-stack";

/** One thing wrong in the configuration, in the three parts a person needs to mend it. */
export interface Fault {
  readonly key: string;
  /** The value as it was given; absent values read `nothing`. */
  readonly value: string;
  readonly remedy: string;
}

/** All that is wrong in the configuration. A `RunError`, so that Pulumi prints the sentences and no stack. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map((fault) => `  ${NAMESPACE}:${fault.key} is ${fault.value}: ${fault.remedy}`);
    super(`The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${lines.join("\n")}`);
  }
}

// Config values arrive as text from the engine and as themselves from a YAML file; both are read the same way.
const decoded = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*([[{"-]|\d|true$|false$|null$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const integer = (least: number, most: number, what: string) =>
  z.preprocess(
    decoded,
    z
      .int({ error: `give ${what}, a whole number from ${least} to ${most}.` })
      .min(least)
      .max(most),
  );
const number = (least: number, most: number, what: string) =>
  z.preprocess(
    decoded,
    z
      .number({ error: `give ${what}, from ${least} to ${most}.` })
      .min(least)
      .max(most),
  );
const text = (pattern: RegExp, remedy: string) => z.string({ error: remedy }).regex(pattern, { error: remedy });
const port = (what: string) => integer(1, 65535, `a free port of this machine for ${what}`);

const path = /^[~./][^\0]*$/;
const digits = z.strictObject({
  epochs: integer(1, 1000, "the number of passes over the training data").default(24),
  batchSize: integer(1, 8192, "the number of digits in a training step").default(128),
  learningRate: number(1e-6, 1, "the peak learning rate").default(0.003),
  seed: integer(0, 2 ** 31 - 1, "the seed of every random choice in training").default(1),
  dropout: number(0, 0.95, "the share of units left out in training").optional(),
  averaging: number(0, 0.99999, "the decay of the average of weights").optional(),
  units: integer(1, 8192, "the units of the dense layer").optional(),
  /** Where the digits come from: `embedded`, or the folder (bucket or URL) of the four IDX files. */
  dataset: text(
    // The folder of a bucket becomes part of a policy, where *, ? and $ would mean more than themselves.
    /^(embedded|https?:\/\/\S+|s3:\/\/[a-z0-9][a-z0-9.-]+(\/[\w.-]+)+\/?)$/,
    "give embedded, or an http(s):// or s3://bucket/folder address of the folder that holds the IDX files.",
  ).default("embedded"),
  /** SHA-256 of each IDX file, by the name it is stored under (.gz or not); all four, unless `dataset` is `embedded`. */
  datasetSha256: z
    .preprocess(
      decoded,
      z.record(
        z.string(),
        text(/^[0-9a-f]{64}$/, "give the SHA-256 of the file, 64 hexadecimal digits in lower case."),
      ),
    )
    .default({}),
  replicas: integer(1, 32, "the number of predictor pods").default(1),
});

const distribution = z.strictObject(
  {
    location: text(
      /^(https:\/\/|[~./])\S+$/,
      "give the address or path of the Kubeflow distribution's release archive, as in https://github.com/kubeflow/community-distribution/archive/refs/tags/26.03.tar.gz.",
    ),
    sha256: text(/^[0-9a-f]{64}$/, "give the SHA-256 of the archive, 64 hexadecimal digits in lower case."),
  },
  { error: "give an object, as in {location: ./26.03.tar.gz, sha256: …}." },
);

const schema = z.strictObject({
  cluster: z
    .enum(["local", "kubeconfig"], {
      error: "give local (a Kubernetes node made on this machine) or kubeconfig (a cluster you already have).",
    })
    .default("local"),
  profile: z
    .enum(["core", "full"], {
      error: "give core (MinIO, cert-manager, Knative, KServe, training operator) or full (all of Kubeflow).",
    })
    .default("core"),
  kubeconfig: text(path, "give the path of a kubeconfig file, as in ~/.kube/config.").optional(),
  kubeContext: text(/^\S+$/, "give the name of a context of that kubeconfig.").optional(),
  registry: text(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/,
    "give a registry that the cluster can pull from and you can push to, as in ghcr.io/you.",
  ).optional(),
  kubernetesVersion: text(/^1\.\d+\.\d+$/, "give a Kubernetes version as in 1.34.4.").default(tools.kubernetes.version),
  subnet: text(
    /^198\.1[89]\.\d{1,3}\.0\/(1[5-9]|2[01])$/,
    "give a network of /15 to /21 inside 198.18.0.0/15, the range that no real host uses, as in 198.18.0.0/15.",
  ).optional(),
  apiPort: port("the Kubernetes API").default(16443),
  pagePort: port("the web page").default(8080),
  predictorPort: port("the predictor").default(8081),
  objectStorePort: port("the object store").default(9000),
  objectStoreConsolePort: port("the object store's console").default(9001),
  objectStoreSize: text(/^[1-9]\d*(Mi|Gi|Ti)$/, "give the size of the object store's volume as in 10Gi.").default(
    "10Gi",
  ),
  /** The archive that profile `full` comes from. */
  distribution: z.preprocess(decoded, distribution).optional(),
  /** Products of the profile to leave out. */
  without: z
    .preprocess(
      decoded,
      z.array(text(/^[a-z0-9-]+$/, "give the name of a product."), {
        error: 'give a list of products, as in ["spark-operator"].',
      }),
    )
    .optional(),
  rotation: integer(0, 1_000_000, "a number; raising it replaces every generated credential").default(1),
  digits: z.preprocess(decoded, digits.prefault({})),
});

/** Everything that can be configured, read once, whole and valid. */
export type Settings = Readonly<z.infer<typeof schema>> & { readonly stack: string };
/** The digits workload's part of the settings. */
export type DigitsSettings = Settings["digits"];

/** The names of every key, in the order of Pulumi.yaml and the README. */
export const settingKeys = Object.keys(schema.shape);

/** The defaults, by key, as Pulumi.yaml and the README must state them; absent where a key has none. */
export function settingDefaults(): Record<string, unknown> {
  return schema.parse({});
}

const ports = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"] as const;

/** The four files of a data set, under the names that MNIST was published with. */
const idxFiles = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

/** The products that the object store and the digits workload cannot go without, and what those need in turn. */
export const neededProducts = {
  core: ["kubeflow-namespace", "cert-manager", "knative", "kserve"],
  full: ["kubeflow-namespace", "cert-manager", "istio", "knative", "kserve"],
} as const satisfies Record<string, readonly string[]>;

/** What the local node, the workload and the products ask of values that are sound by themselves. */
function asked({ cluster, kubernetesVersion, profile, without = [], digits }: z.infer<typeof schema>): Fault[] {
  const faults: Fault[] = [];
  const { version } = tools.kubernetes;
  if (cluster === "local" && kubernetesVersion !== version)
    faults.push({
      key: "kubernetesVersion",
      value: show(kubernetesVersion),
      remedy: `give ${version} or remove it; a local node is made for this version only.`,
    });
  const needed = without.filter((name) => neededProducts[profile].some((each) => each === name));
  if (needed.length > 0)
    faults.push({
      key: "without",
      value: show(without),
      remedy: `remove ${needed.join(" and ")}, which the object store and the digits workload need.`,
    });
  const { dataset, datasetSha256 } = digits;
  const missing = idxFiles.filter((file) => !(file in datasetSha256) && !(`${file}.gz` in datasetSha256));
  if (dataset !== "embedded" && missing.length > 0)
    faults.push({
      key: "digits.datasetSha256",
      value: show(datasetSha256),
      remedy: `add the SHA-256 of ${missing.join(", ")}, each under its name as it is stored (.gz or not).`,
    });
  return faults;
}

/** What no single key can tell: keys that need or exclude each other. */
function acrossKeys(settings: z.infer<typeof schema>): Fault[] {
  const faults = asked(settings);
  const isLocal = settings.cluster === "local";
  if (!isLocal) {
    for (const key of ["kubeconfig", "registry"] as const) {
      if (settings[key] === undefined)
        faults.push({ key, value: "nothing", remedy: `set it, since cluster is kubeconfig: ${needs[key]}` });
    }
  } else {
    for (const key of ["kubeconfig", "kubeContext", "registry"] as const) {
      const value = settings[key];
      if (value !== undefined)
        faults.push({
          key,
          value: show(value),
          remedy: "remove it, or set cluster to kubeconfig; a local node has its own.",
        });
    }
  }
  if (settings.profile === "full" && settings.distribution === undefined)
    faults.push({
      key: "distribution",
      value: "nothing",
      remedy: `set it, since profile is full: ${needs.distribution}`,
    });
  const taken = new Map<number, string>();
  for (const key of ports) {
    const other = taken.get(settings[key]);
    if (other !== undefined)
      faults.push({ key, value: show(settings[key]), remedy: `give another port, since ${other} has this one.` });
    else taken.set(settings[key], key);
  }
  return faults;
}
const needs = {
  kubeconfig: "the path of a kubeconfig file, as in ~/.kube/config.",
  distribution: "the location (address or path) and sha256 of the Kubeflow distribution's release archive.",
  registry: "a registry that the cluster can pull from, as in ghcr.io/you.",
};

/**
 * Reads a configuration without Pulumi's engine.
 * @param record - values by key, without the namespace; text or already decoded
 * @param stack - the stack's name, which becomes the local node's
 * @throws SettingsError with every fault there is
 */
export function parseSettings(record: Readonly<Record<string, unknown>>, stack: string): Settings {
  const faults: Fault[] = [];
  if (!/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(stack))
    faults.push({
      key: "(stack)",
      value: show(stack),
      remedy: "name the stack with at most 20 of a-z, 0-9 and inner dashes.",
    });
  const result = schema.safeParse(record);
  if (!result.success) faults.push(...result.error.issues.flatMap((issue) => explain(issue, record)));
  const sound = result.success ? result.data : soundPart(record, result.error);
  faults.push(...acrossKeys(sound).filter(({ key }) => !faults.some((fault) => fault.key === key)));
  if (faults.length > 0 || !result.success) throw new SettingsError(faults);
  return { ...result.data, stack };
}

/**
 * Reads this stack's configuration: the only place that does.
 * @throws SettingsError with every fault there is, before any resource is made
 */
export function loadSettings(): Settings {
  const prefix = `${NAMESPACE}:`;
  const record: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (name.startsWith(prefix)) record[name.slice(prefix.length)] = value;
  }
  return parseSettings(record, pulumi.getStack());
}

/** The record with every faulty key at its default, so that faults across the other keys are found in the same run. */
function soundPart(record: Readonly<Record<string, unknown>>, error: z.ZodError): z.infer<typeof schema> {
  const faulty = new Set(error.issues.flatMap(({ path }) => path.slice(0, 1)));
  return schema.parse(Object.fromEntries(settingKeys.flatMap((key) => (faulty.has(key) ? [] : [[key, record[key]]]))));
}

/** What there is at each level that has keys of its own. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": settingKeys,
  distribution: Object.keys(distribution.shape),
};

function explain(issue: z.core.$ZodIssue, record: Readonly<Record<string, unknown>>): Fault[] {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((name) => {
      const known = knownKeys[key] ?? Object.keys(digits.shape);
      const near = nearest(name, known);
      const full = key === "" ? name : `${key}.${name}`;
      const remedy = near ? `there is no such key; did you mean ${near}?` : `there is no such key; remove it.`;
      return { key: full, value: show(at(record, [...issue.path, name])), remedy };
    });
  const value = show(at(record, issue.path));
  const remedy = issue.code === "too_big" || issue.code === "too_small" ? limits(issue) : issue.message;
  if (key === "digits") return [{ key, value, remedy: "give an object, as in {epochs: 40, seed: 1}." }];
  return [{ key, value, remedy }];
}

function limits(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  return issue.code === "too_big" ? `give at most ${issue.maximum}.` : `give at least ${issue.minimum}.`;
}

function at(record: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const object = decoded(value);
    return typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined;
  }, record);
}

const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** The known word that differs from `name` in at most two letters, if there is one. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, far: distance(name.toLowerCase(), word.toLowerCase()) }));
  return ranked.sort((a, b) => a.far - b.far).find(({ far }) => far <= 2)?.word;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
