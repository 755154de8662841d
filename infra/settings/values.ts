/** Schemas of single values, each with the sentence for a value that does not fit. */
import { z } from "zod";

/** Decodes JSON text: the engine passes every value as text, a YAML file as it is. */
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
