import type { Hyperparameters } from "../config/hyperparameters";
import { ADAM } from "./trainingGraph";

const WARM_UP_STEPS = 200;

/** The numbers that a step is fed apart from its images. */
export interface StepNumbers {
  learningRate: number;
  beta1Power: number;
  beta2Power: number;
  /** Share of the new weights in the moving average. */
  averaging: number;
}

/**
 * The numbers of a step, which follow from its position alone, so that a resumed run is fed the same.
 * @param step 1 for the first.
 * @param steps how many there will be.
 */
export function stepNumbers(step: number, steps: number, { learningRate, averaging }: Hyperparameters): StepNumbers {
  const warmUp = Math.min(WARM_UP_STEPS, Math.floor(steps / 4));
  const share =
    step < warmUp ? step / warmUp : 0.5 * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)));
  return {
    learningRate: learningRate * share,
    beta1Power: ADAM.beta1 ** step,
    beta2Power: ADAM.beta2 ** step,
    // A young average would remember the first weights for too long.
    averaging: 1 - Math.min(averaging, (1 + step) / (10 + step)),
  };
}
