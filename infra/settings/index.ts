/** The stack's configuration: the only reader of it. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { acrossKeys } from "./across";
import { type Fault, NAMESPACE, SettingsError, explain, show } from "./faults";
import { type Settings, type Values, schema, settingKeys } from "./schema";

export { neededProducts } from "./across";
export { type Fault, NAMESPACE, SettingsError } from "./faults";
export { addressName, contributorsOf, defaultProfiles, defaultUsers } from "./people";
export { type DigitsSettings, type Settings, settingDefaults, settingKeys } from "./schema";

/**
 * Reads a configuration without Pulumi's engine.
 * @param record - values by key, without the namespace; text or already decoded
 * @param stack - the stack's name, which becomes the local node's
 * @throws SettingsError with every fault there is
 */
export function parseSettings(record: Readonly<Record<string, unknown>>, stack: string): Settings {
  const faults: Fault[] = [];
  if (!/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(stack))
    faults.push({
      key: "(stack)",
      value: show(stack),
      remedy: "name the stack with at most 20 of a-z, 0-9 and inner dashes.",
    });
  const result = schema.safeParse(record);
  if (!result.success) faults.push(...result.error.issues.flatMap((issue) => explain(issue, record)));
  const sound = result.success ? result.data : soundPart(record, result.error);
  faults.push(...acrossKeys(sound).filter(({ key }) => !faults.some((fault) => fault.key === key)));
  if (faults.length > 0 || !result.success) throw new SettingsError(faults);
  return { ...result.data, stack };
}

/**
 * Reads this stack's configuration: the only place that does.
 * @throws SettingsError with every fault there is, before any resource is made
 */
export function loadSettings(): Settings {
  const prefix = `${NAMESPACE}:`;
  const record: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (name.startsWith(prefix)) record[name.slice(prefix.length)] = value;
  }
  return parseSettings(record, pulumi.getStack());
}

/** The record with every faulty key at its default, so that faults across the other keys are found in the same run. */
function soundPart(record: Readonly<Record<string, unknown>>, error: z.ZodError): Values {
  const faulty = new Set(error.issues.flatMap(({ path }) => path.slice(0, 1)));
  return schema.parse(Object.fromEntries(settingKeys.flatMap((key) => (faulty.has(key) ? [] : [[key, record[key]]]))));
}
