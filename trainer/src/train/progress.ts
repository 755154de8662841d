import type { EpochResult } from "./checkpoint";

/** What a training run has to say while it goes on. */
export interface Progress {
  /** Something that is said once, with the facts behind it. */
  note(message: string, facts?: Record<string, unknown>): void;
  /** A part of an epoch is done; says so now and then. */
  batch(epoch: number, epochs: number, done: number, batches: number): void;
  /** An epoch is done. */
  epoch(result: EpochResult, epochs: number, imagesPerSecond: number, secondsLeft: number): void;
}

const QUIET_MS = 5000;
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/**
 * Reports a training run line by line.
 * @param format `plain` for people, `json` for programs: one object a line.
 * @param write takes a line.
 */
export function lineProgress(format: "plain" | "json", write: (line: string) => void): Progress {
  let spoke = performance.now();
  const say = (event: string, facts: Record<string, unknown>, plain: string): void => {
    spoke = performance.now();
    write(format === "json" ? JSON.stringify({ time: new Date().toISOString(), event, ...facts }) : plain);
  };
  return {
    note: (message, facts = {}) => say("note", { message, ...facts }, message),
    batch(epoch, epochs, done, batches) {
      if (performance.now() - spoke < QUIET_MS || done === batches) return;
      say("batch", { epoch, epochs, done, batches }, `epoch ${epoch}/${epochs}  batch ${done}/${batches}`);
    },
    epoch(result, epochs, imagesPerSecond, secondsLeft) {
      const { epoch, loss, accuracy, heldOutAccuracy } = result;
      const facts = { ...result, epochs, imagesPerSecond, secondsLeft };
      const parts = [
        `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
        `loss ${loss.toFixed(4)}`,
        `accuracy ${percent(accuracy)}`,
        `held out ${percent(heldOutAccuracy)}`,
        `${Math.round(imagesPerSecond)} images/s`,
        `${Math.round(secondsLeft)} s left`,
      ];
      say("epoch", facts, parts.join("  "));
    },
  };
}
