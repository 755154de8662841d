/** What the model that is being served is called, which it is and how good it is. */
export interface ModelOutput {
  /** The name in the predictor's paths: `/v1/models/NAME`. */
  readonly name: string;
  /** Hash of the code, the data and the hyper-parameters it was trained from. */
  readonly version: string;
  /** Share of the held-out digits it names rightly, from 0 to 1. */
  readonly accuracy: number;
}

/** What the stack exports, under the same names for ever, as a consumer reads it. */
export interface StackOutputs {
  /** A kubeconfig that administers the cluster: a secret. */
  readonly kubeconfig: string;
  /** The page on which one draws a digit. */
  readonly pageUrl: string;
  /** The root under which `/v1/models/…` and `/v2/models/…` answer. */
  readonly predictorUrl: string;
  /** The object store's S3 endpoint. */
  readonly objectStoreUrl: string;
  /** The object store's console: a page on which one looks into it. */
  readonly objectStoreConsoleUrl: string;
  /** The bucket that holds the models. */
  readonly bucket: string;
  /** The model being served. */
  readonly model: ModelOutput;
  /** Knative's gateway, which tells services apart by their host; where `knativeIngress` gives one. */
  readonly knativeUrl?: string;
  /** Kubeflow's central dashboard; in profile `full`. */
  readonly dashboardUrl?: string;
  /** Who logs in there: the address of the first of the users; in profile `full`. */
  readonly dashboardUser?: string;
  /** That user's generated password: a secret; in profile `full`. */
  readonly dashboardPassword?: string;
  /** Every user's generated password, by address: a secret; in profile `full`. */
  readonly userPasswords?: Readonly<Record<string, string>>;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Each output, and what is asked of its value. */
const wanted: { readonly [key: string]: (outputs: Record<string, unknown>) => boolean } = {
  kubeconfig: (o) => isText(o["kubeconfig"]),
  pageUrl: (o) => isText(o["pageUrl"]),
  predictorUrl: (o) => isText(o["predictorUrl"]),
  objectStoreUrl: (o) => isText(o["objectStoreUrl"]),
  objectStoreConsoleUrl: (o) => isText(o["objectStoreConsoleUrl"]),
  bucket: (o) => isText(o["bucket"]),
  "model.name": (o) => isRecord(o["model"]) && isText(o["model"]["name"]),
  "model.version": (o) => isRecord(o["model"]) && isText(o["model"]["version"]),
  "model.accuracy": (o) => isRecord(o["model"]) && typeof o["model"]["accuracy"] === "number",
};

/**
 * Checks that a stack's outputs are all there, for a stack that consumes them.
 * @param outputs - as read from a stack reference
 * @param stack - the name of the stack they come from, for the message
 * @throws Error that names every missing output at once
 */
export function assertOutputs(outputs: unknown, stack: string): asserts outputs is StackOutputs {
  const record = isRecord(outputs) ? outputs : {};
  const missing = Object.entries(wanted).flatMap(([name, holds]) => (holds(record) ? [] : [name]));
  if (missing.length > 0)
    throw new Error(
      `Stack ${stack} has no output ${missing.join(", ")}: bring it up to the end with \`npm run up\` first.`,
    );
}
