/** Faults as sentences: key, value and remedy. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { digits } from "./digits";
import { nearest } from "./nearest";
import { profile, user } from "./people";
import { distribution, settingKeys } from "./schema";
import { decoded } from "./values";

/** The project's configuration namespace: keys are written `kubeflow-stack:KEY`. */
export const NAMESPACE = "kubeflow-stack";

/** One thing wrong in the configuration, in the three parts a person needs to mend it. */
export interface Fault {
  readonly key: string;
  /** The value as it was given; absent values read `nothing`. */
  readonly value: string;
  readonly remedy: string;
}

/** All that is wrong in the configuration. A `RunError`, so that Pulumi prints the sentences and no stack. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map((fault) => `  ${NAMESPACE}:${fault.key} is ${fault.value}: ${fault.remedy}`);
    super(`The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${lines.join("\n")}`);
  }
}

/** What there is at each level that has keys of its own. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": settingKeys,
  digits: Object.keys(digits.shape),
  distribution: Object.keys(distribution.shape),
  "users.*": Object.keys(user.shape),
  "profiles.*": Object.keys(profile.shape),
};

/** What an issue of the schema means to a person. */
export function explain(issue: z.core.$ZodIssue, record: Readonly<Record<string, unknown>>): Fault[] {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((name) => {
      const known = knownKeys[key.replace(/\.\d+/g, ".*")] ?? [];
      const near = nearest(name, known);
      const full = key === "" ? name : `${key}.${name}`;
      const remedy = near ? `there is no such key; did you mean ${near}?` : `there is no such key; remove it.`;
      return { key: full, value: show(at(record, [...issue.path, name])), remedy };
    });
  const value = show(at(record, issue.path));
  const remedy = issue.code === "too_big" || issue.code === "too_small" ? limits(issue) : issue.message;
  if (key === "digits") return [{ key, value, remedy: "give an object, as in {epochs: 40, seed: 1}." }];
  return [{ key, value, remedy }];
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
