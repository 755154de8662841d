import { z } from "zod";
import { decoded, integer, number, text } from "../../infra/settings/values";

/** The four files of a data set, under the names that MNIST was published with. */
const idxFiles = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

const shape = {
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
};

/** The settings of the digits workload. */
export const digitsSettings = z
  .strictObject(shape, { error: "give an object, as in {epochs: 40, seed: 1}." })
  .superRefine(({ dataset, datasetSha256 }, context) => {
    const missing = idxFiles.filter((file) => !(file in datasetSha256) && !(`${file}.gz` in datasetSha256));
    if (dataset === "embedded" || missing.length === 0) return;
    context.addIssue({
      code: "custom",
      path: ["datasetSha256"],
      message: `add the SHA-256 of ${missing.join(", ")}, each under its name as it is stored (.gz or not).`,
    });
  });

/** The settings of the digits workload, as read. */
export type DigitsSettings = Readonly<z.infer<typeof digitsSettings>>;
