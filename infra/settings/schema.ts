/** The settings that every stack has: each key with its form, default, description and the sentence for a value that does not fit. */
import { z } from "zod";
import { kubeflow, tools } from "../versions";
import { profiles, users } from "./users";
import { decoded, integer, port, text } from "./values";

/** The archive that profile `full` is installed from. */
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

/** All but the ports of endpoints and the settings of workloads, which the catalog adds. */
export const fixedShape = {
  cluster: z
    .enum(["local", "kubeconfig"], {
      error: "give local (a Kubernetes node created on this machine) or kubeconfig (a cluster you already have).",
    })
    .default("local")
    .describe("local: a Kubernetes node created on this machine. kubeconfig: a cluster you already have."),
  profile: z
    .enum(["core", "full"], {
      error: "give core (MinIO, cert-manager, Knative, KServe, training operator) or full (all of Kubeflow).",
    })
    .default("core")
    .describe("core: MinIO, cert-manager, Knative, KServe, training operator. full: all of Kubeflow."),
  kubeconfig: text(/^[~./][^\0]*$/, "give the path of a kubeconfig file, as in ~/.kube/config.").optional(),
  kubeContext: text(/^\S+$/, "give the name of a context of that kubeconfig.").optional(),
  /** Whether to take over products that the cluster has already. */
  adopt: z.preprocess(decoded, z.boolean({ error: "give true or false." })).optional(),
  registry: text(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/,
    "give a registry that the cluster can pull from and you can push to, as in ghcr.io/you.",
  ).optional(),
  kubernetesVersion: text(/^1\.\d+\.\d+$/, "give a Kubernetes version as in 1.34.4.")
    .default(tools.kubernetes.version)
    .describe("The local node's Kubernetes version."),
  subnet: text(
    /^198\.1[89]\.\d{1,3}\.0\/(1[5-9]|2[01])$/,
    "give a network of /15 to /21 inside 198.18.0.0/15, the range that no real host uses, as in 198.18.0.0/15.",
  ).optional(),
  apiPort: port("the Kubernetes API").default(16443).describe("Loopback port of the local node's Kubernetes API."),
  knativeIngress: z
    .enum(["none", "kourier"], {
      error: "give none (models are served in Standard mode) or kourier (in Knative mode, too, in profile core).",
    })
    .default("none")
    .describe(
      "none: InferenceServices in Standard mode alone. kourier: in Knative mode too, through Kourier's gateway, in profile core.",
    ),
  objectStoreSize: text(/^[1-9]\d*(Mi|Gi|Ti)$/, "give the size of the object store's volume as in 10Gi.")
    .default("10Gi")
    .describe("Size of the object store's volume."),
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
  users: users.describe("Who may log in to profile full: email, groups, admin (one of them). Passwords are generated."),
  profiles: profiles.describe(
    "Kubeflow's profiles, each a namespace: name, owner, contributors, groups whose users contribute, quota.",
  ),
  imageMirror: text(
    /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._/-]*[a-z0-9])?$/,
    "give a registry, with or without a path, that mirrors others under their names, as in mirror.example.com/all.",
  ).optional(),
  rotation: integer(0, 1_000_000, "a number; raising it replaces every generated credential")
    .default(1)
    .describe("Raising this number replaces every generated credential."),
};

/** Reads the settings that every stack has, and ignores the others. */
export const fixedSchema = z.object(fixedShape);

/** The settings that every stack has. */
export type Values = Readonly<z.infer<typeof fixedSchema>>;
