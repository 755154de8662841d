import { z } from "zod";

const within = (from: number, to: number) => {
  const error = `give a number from ${from} to ${to}`;
  return z.number({ error }).min(from, { error }).max(to, { error });
};

const whole = (from: number, to: number) => {
  const error = `give a whole number from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};

/** Everything about a training run that changes its result, apart from code and data. */
export const hyperparameters = z.strictObject(
  {
    /** How many times each image is seen. */
    epochs: whole(1, 10_000).default(24),
    /** Images in each step. */
    batchSize: whole(1, 8192).default(128),
    /** The highest learning rate; it rises to it over the first steps and falls to nothing by the last. */
    learningRate: within(1e-6, 1).default(0.003),
    /** Decides the first weights, the order of the images, how they are moved, and what dropout drops. */
    seed: whole(0, 2 ** 31 - 1).default(1),
    /** Share of the hidden units dropped in each step. */
    dropout: within(0, 0.95).default(0.2),
    /** How much of the weights' moving average is kept at each step; 0 keeps no average. */
    averaging: within(0, 0.99999).default(0.998),
    /** Largest rotation of a training image either way, in degrees. */
    rotation: within(0, 180).default(10),
    /** Largest shift of a training image either way, in pixels. */
    shift: within(0, 14).default(2),
    /** Largest change of a training image's size either way, as a fraction of it. */
    scale: within(0, 0.9).default(0.1),
    /** Largest slant of a training image either way, as a fraction of its height. */
    shear: within(0, 1).default(0.1),
    /** Filters of the three convolutions. */
    filters: z
      .tuple([whole(1, 1024), whole(1, 1024), whole(1, 1024)], { error: "give three whole numbers from 1 to 1024" })
      .default([32, 64, 64]),
    /** Units of the hidden dense layer. */
    units: whole(1, 8192).default(128),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? "remove it, there is no such hyper-parameter" : "give a JSON object",
  },
);

/** The settings of one training run. */
export type Hyperparameters = z.infer<typeof hyperparameters>;
