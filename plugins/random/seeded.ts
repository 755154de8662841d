/** Numbers that a seed decides: the same seed, the same numbers. */
import { createHash } from "node:crypto";

/** A source of whole numbers below a bound, decided by the seed alone. */
export function seeded(seed: string): (below: number) => number {
  let counter = 0;
  return (below) => {
    const bytes = createHash("sha256").update(`${counter++}:${seed}`).digest();
    return Number(bytes.readBigUInt64BE() % BigInt(below));
  };
}
