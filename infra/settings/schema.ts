/** What can be configured: every key with its form, its default and the sentence for a value that does not fit. */
import { z } from "zod";
import { kubeflow, tools } from "../versions";
import { digits } from "./digits";
import { profiles, users } from "./people";
import { decoded, integer, port, text } from "./values";

/** Which archive profile `full` comes from. */
export const distribution = z.strictObject(
  {
    location: text(
      /^(https:\/\/|[~./])\S+$/,
      `give the address or path of the Kubeflow distribution's release archive, as in ${kubeflow.archive}.`,
    ).default(kubeflow.archive),
    sha256: text(/^[0-9a-f]{64}$/, "give the SHA-256 of the archive, 64 hexadecimal digits in lower case."),
  },
  { error: "give an object, as in {location: ./26.03.tar.gz, sha256: …}." },
);

/** The whole configuration. */
export const schema = z.strictObject({
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
  kubeconfig: text(/^[~./][^\0]*$/, "give the path of a kubeconfig file, as in ~/.kube/config.").optional(),
  kubeContext: text(/^\S+$/, "give the name of a context of that kubeconfig.").optional(),
  /** Whether products that are in the cluster already are taken over. */
  adopt: z.preprocess(decoded, z.boolean({ error: "give true or false." })).optional(),
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
  dashboardPort: port("Kubeflow's dashboard").default(8082),
  knativeIngress: z
    .enum(["none", "kourier"], {
      error: "give none (models are served in Standard mode) or kourier (in Knative mode, too, in profile core).",
    })
    .default("none"),
  knativePort: port("Knative's gateway").default(8083),
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
  users,
  profiles,
  imageMirror: text(
    /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._/-]*[a-z0-9])?$/,
    "give a registry, with or without a path, that mirrors others under their names, as in mirror.example.com/all.",
  ).optional(),
  rotation: integer(0, 1_000_000, "a number; raising it replaces every generated credential").default(1),
  digits: z.preprocess(decoded, digits.prefault({})),
});

/** A configuration whose values are sound, each by itself. */
export type Values = z.infer<typeof schema>;

/** Everything that can be configured, read once, whole and valid. */
export type Settings = Readonly<Values> & { readonly stack: string };
/** The digits workload's part of the settings. */
export type DigitsSettings = Settings["digits"];

/** The names of every key, in the order of Pulumi.yaml and the README. */
export const settingKeys = Object.keys(schema.shape);

/** The defaults, by key, as Pulumi.yaml and the README must state them; absent where a key has none. */
export function settingDefaults(): Record<string, unknown> {
  return schema.parse({});
}
