import { z } from "zod";
import type { Fault } from "./faults";
import { fixedShape, type Values } from "./schema";
import { decoded, port } from "./values";

/** The port of this machine at which an endpoint of a local cluster is reached: the setting `${name}Port`. */
export interface PortSetting {
  readonly name: string;
  readonly default: number;
  /** What is served, completing "a free port of this machine for …". */
  readonly what: string;
  readonly description: string;
  /** Whether the endpoint is published. Only published ports must differ from one another. */
  readonly isUsed: (values: Values) => boolean;
}

/** The settings of one workload: the object under the workload's name. */
export interface WorkloadSettings {
  readonly name: string;
  /** A strict object in which every key has a default or is optional. */
  readonly schema: z.ZodObject;
  readonly description: string;
}

/** What products and workloads add to the settings. */
export interface SettingsParts {
  readonly ports: readonly PortSetting[];
  readonly workloads: readonly WorkloadSettings[];
  /** Namespaces of products and workloads, which no Profile may take over. */
  readonly namespaces: readonly string[];
  /** Rules about which products may be left out. */
  readonly rules: readonly ((values: Values) => readonly Fault[])[];
}

/** All that can be configured. */
export interface Settings extends Values {
  /** The stack's name. */
  readonly stack: string;
  /** Ports of this machine by the endpoints' names. */
  readonly ports: Readonly<Record<string, number>>;
  /** Each workload's settings by the workload's name, as its schema reads them. */
  readonly workloads: Readonly<Record<string, unknown>>;
}

/** The key of an endpoint's port. */
export const portKey = (name: string): string => `${name}Port`;

/** The schema of the whole configuration: the fixed keys, each endpoint's port, each workload's object. */
export function wholeSchema({ ports, workloads }: SettingsParts) {
  const portShapes = ports.map((one): [string, z.ZodType] => [
    portKey(one.name),
    port(one.what).default(one.default).describe(one.description),
  ]);
  const workloadShapes = workloads.map(({ name, schema, description }): [string, z.ZodType] => [
    name,
    z.preprocess(decoded, schema.prefault({})).describe(description),
  ]);
  const fixed = Object.entries<z.ZodType>(fixedShape);
  const afterApiPort = fixed.findIndex(([key]) => key === "apiPort") + 1;
  return z.strictObject(
    Object.fromEntries([
      ...fixed.slice(0, afterApiPort),
      ...portShapes,
      ...fixed.slice(afterApiPort),
      ...workloadShapes,
    ]),
  );
}
