import type { z } from "zod";

/** One thing that is wrong with the configuration. */
export interface Fault {
  key: string;
  value: string;
  remedy: string;
}

/** The configuration has faults; the message lists them all. A mistake of the user's, not of the program's. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(readonly faults: readonly Fault[]) {
    const list = faults.map(({ key, value, remedy }) => `  ${key} is ${value}: ${remedy}.`);
    super([`${faults.length} fault${faults.length === 1 ? "" : "s"} in the configuration:`, ...list].join("\n"));
  }
}

const SECRET = /SECRET|ACCESS_KEY|PASSWORD/;
const SHOWN = 120;

/** A value as it may be shown: secrets are not. */
function shown(key: string, value: unknown): string {
  if (value === undefined) return "not set";
  if (SECRET.test(key)) return "(secret)";
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === "object" && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  );
}

/**
 * Checks a value against a schema whose messages are remedies.
 * @param prefix what the keys of the faults begin with.
 * @returns the value the schema makes, or every fault in it.
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, prefix = ""): { value: T } | { faults: Fault[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const faults = result.error.issues.flatMap((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return unknown.map((extra) => {
      const path = extra === undefined ? issue.path : [...issue.path, extra];
      const key = prefix + path.map(String).join(".");
      return { key: key || "value", value: shown(key, at(value, path)), remedy: issue.message };
    });
  });
  return { faults };
}
