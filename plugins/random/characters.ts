/** Random text with a say on which characters are in it. */
import { randomInt } from "node:crypto";

/** What the text may and must hold. */
export interface CharacterRules {
  length: number;
  upper: boolean;
  lower: boolean;
  numeric: boolean;
  special: boolean;
  minUpper: number;
  minLower: number;
  minNumeric: number;
  minSpecial: number;
  /** The special characters, where not the usual ones. */
  overrideSpecial?: string;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** What is wrong with the rules, by property; nothing when a text can be made. */
export function faultsOf(rules: CharacterRules): { property: string; reason: string }[] {
  const faults: { property: string; reason: string }[] = [];
  const { length, minUpper, minLower, minNumeric, minSpecial } = rules;
  if (!Number.isInteger(length) || length < 1) {
    faults.push({ property: "length", reason: `length is ${length}; it must be a whole number of at least 1.` });
  }
  const least = minUpper + minLower + minNumeric + minSpecial;
  if (least > length) {
    const reason = `length is ${length}, less than the ${least} characters that the minimums ask for; make it longer.`;
    faults.push({ property: "length", reason });
  }
  if (!(rules.upper || rules.lower || rules.numeric || rules.special)) {
    faults.push({ property: "special", reason: "no kind of character is allowed; switch on at least one." });
  }
  return faults;
}

/** A random text that keeps the rules, from the system's cryptographic source. */
export function randomText(rules: CharacterRules): string {
  const special = rules.overrideSpecial || SPECIAL;
  const allowed =
    (rules.upper ? UPPER : "") +
    (rules.lower ? LOWER : "") +
    (rules.numeric ? DIGITS : "") +
    (rules.special ? special : "");
  const chosen = [
    ...pick(UPPER, rules.minUpper),
    ...pick(LOWER, rules.minLower),
    ...pick(DIGITS, rules.minNumeric),
    ...pick(special, rules.minSpecial),
  ];
  chosen.push(...pick(allowed, rules.length - chosen.length));
  return shuffled(chosen).join("");
}

function pick(from: string, count: number): string[] {
  const characters = [...from];
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? "");
}

/** The items in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], choose: (below: number) => number = randomInt): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = choose(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
