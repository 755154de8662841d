/** Faults as sentences: key, value and remedy. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { nearest } from "./nearest";
import { decoded } from "./values";
import { NAMESPACE } from "./namespace";

/** One thing wrong in the configuration, in the three parts a person needs to mend it. */
export interface Fault {
  readonly key: string;
  /** The value as it was given; absent values read `nothing`. */
  readonly value: string;
  readonly remedy: string;
}

/** All that is wrong in the configuration. A `RunError`, so that Pulumi prints the sentences without a stack trace. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map((fault) => `  ${NAMESPACE}:${fault.key} is ${fault.value}: ${fault.remedy}`);
    super(`The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${lines.join("\n")}`);
  }
}

/** Keys by the path of the object that has them: `""` for the top, `users.*` for each item of a list. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** Explains an issue of the schema to a person. */
export function explain(
  issue: z.core.$ZodIssue,
  record: Readonly<Record<string, unknown>>,
  knownKeys: KnownKeys,
): Fault[] {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((name) => {
      const near = nearest(name, knownKeys[key.replace(/\.\d+/g, ".*")] ?? []);
      return {
        key: key === "" ? name : `${key}.${name}`,
        value: show(at(record, [...issue.path, name])),
        remedy: near ? `there is no such key; did you mean ${near}?` : `there is no such key; remove it.`,
      };
    });
  const remedy = issue.code === "too_big" || issue.code === "too_small" ? limits(issue) : issue.message;
  return [{ key, value: show(at(record, issue.path)), remedy }];
}

function limits(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  return issue.code === "too_big" ? `give at most ${issue.maximum}.` : `give at least ${issue.minimum}.`;
}

function at(record: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const object = decoded(value);
    return typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined;
  }, record);
}

/** A value as a person gave it. */
export const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));
