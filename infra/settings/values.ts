/** How single values are read: what they may be, and the sentence for what they may not. */
import { z } from "zod";

/** Config values arrive as text from the engine and as themselves from a YAML file; both are read the same way. */
export const decoded = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*([[{"-]|\d|true$|false$|null$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** A whole number in a range; `what` completes "give …". */
export const integer = (least: number, most: number, what: string) =>
  z.preprocess(
    decoded,
    z
      .int({ error: `give ${what}, a whole number from ${least} to ${most}.` })
      .min(least)
      .max(most),
  );

/** A number in a range; `what` completes "give …". */
export const number = (least: number, most: number, what: string) =>
  z.preprocess(
    decoded,
    z
      .number({ error: `give ${what}, from ${least} to ${most}.` })
      .min(least)
      .max(most),
  );

/** Text of a form; `remedy` is the sentence for any other. */
export const text = (pattern: RegExp, remedy: string) => z.string({ error: remedy }).regex(pattern, { error: remedy });

/** A port of this machine; `what` is served there. */
export const port = (what: string) => integer(1, 65535, `a free port of this machine for ${what}`);
