/** The stack's configuration: the only reader of it. The catalog says which ports and workloads there are. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { crossFieldRules } from "./crossFieldRules";
import { type Fault, type KnownKeys, SettingsError, explain, show } from "./faults";
import { NAMESPACE } from "./namespace";
import { portKey, type Settings, type SettingsParts, wholeSchema } from "./parts";
import { distribution, fixedSchema } from "./schema";
import { profile, user } from "./users";

export { type Fault, SettingsError, show } from "./faults";
export { NAMESPACE } from "./namespace";
export type { PortSetting, Settings, SettingsParts, WorkloadSettings } from "./parts";
export type { Values } from "./schema";
export { addressName, contributorsOf, defaultProfiles, defaultUsers } from "./users";

/** A key of the configuration, as Pulumi.yaml and the README document it. */
export interface DocumentedSetting {
  readonly key: string;
  readonly default: unknown;
  readonly description: string;
}

/** Reads configurations of one catalog of products and workloads. */
export interface SettingsReader {
  /**
   * Reads a configuration without Pulumi's engine.
   * @param record - values by key, without the namespace; text or already decoded
   * @param stack - the stack's name, which becomes the local node's
   * @throws SettingsError with every fault there is
   */
  readonly parse: (record: Readonly<Record<string, unknown>>, stack: string) => Settings;
  /**
   * Reads the configuration of the stack that runs.
   * @throws SettingsError with every fault there is, before any resource is created
   */
  readonly load: () => Settings;
  /** Every key, in the order of Pulumi.yaml and the README. */
  readonly keys: readonly string[];
  /** The keys with a default: Pulumi would ask for others, if Pulumi.yaml declared them. */
  readonly documented: readonly DocumentedSetting[];
}

/** The reader of the settings that these products and workloads have. */
export function settingsReader(parts: SettingsParts): SettingsReader {
  const schema = wholeSchema(parts);
  const knownKeys: KnownKeys = {
    "": Object.keys(schema.shape),
    distribution: Object.keys(distribution.shape),
    "users.*": Object.keys(user.shape),
    "profiles.*": Object.keys(profile.shape),
    ...Object.fromEntries(parts.workloads.map((workload) => [workload.name, Object.keys(workload.schema.shape)])),
  };
  const parse = (record: Readonly<Record<string, unknown>>, stack: string): Settings => {
    const result = schema.safeParse(record);
    const faults = [
      ...stackFaults(stack),
      ...(result.success ? [] : issuesOf(result.error).flatMap((issue) => explain(issue, record, knownKeys))),
    ];
    const values = result.success ? result.data : schema.parse(withoutFaulty(record, result.error, schema.shape));
    const settings = settingsOf(values, stack, parts);
    faults.push(...crossFieldRules(settings, parts).filter(({ key }) => !faults.some((fault) => fault.key === key)));
    if (faults.length > 0) throw new SettingsError(faults);
    return settings;
  };
  return {
    parse,
    load: () => parse(configuration(), pulumi.getStack()),
    keys: Object.keys(schema.shape),
    documented: Object.entries(schema.parse({}))
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({ key, default: value, description: schema.shape[key]?.description ?? "" })),
  };
}

/** The issues without those of rules about an object whose values are invalid by themselves. */
function issuesOf({ issues }: z.ZodError): z.core.$ZodIssue[] {
  const invalid = new Set(issues.filter(({ code }) => code !== "custom").map(({ path }) => path[0]));
  return issues.filter(({ code, path }) => code !== "custom" || !invalid.has(path[0]));
}

function stackFaults(stack: string): Fault[] {
  if (/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(stack)) return [];
  const remedy = "name the stack with at most 20 of a-z, 0-9 and inner dashes.";
  return [{ key: "(stack)", value: show(stack), remedy }];
}

function settingsOf(values: Readonly<Record<string, unknown>>, stack: string, parts: SettingsParts): Settings {
  return {
    ...fixedSchema.parse(values),
    stack,
    ports: Object.fromEntries(parts.ports.map(({ name }) => [name, Number(values[portKey(name)])])),
    workloads: Object.fromEntries(parts.workloads.map(({ name }) => [name, values[name]])),
  };
}

/** The record without its faulty keys, which get their defaults, so that faults across the other keys are found in the same run. */
function withoutFaulty(
  record: Readonly<Record<string, unknown>>,
  error: z.ZodError,
  shape: object,
): Record<string, unknown> {
  const faulty = new Set(error.issues.map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(record).filter(([key]) => key in shape && !faulty.has(key)));
}

/** The configuration of the stack that runs, by key without the namespace. */
function configuration(): Record<string, unknown> {
  const prefix = `${NAMESPACE}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
