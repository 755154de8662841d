/** Published endpoints: products and workloads declare theirs, and settings, port mappings, outputs and the final report follow. */
import type { PortSetting, Settings, Values } from "./settings";

/** A line of the final report, about one of the stack's outputs. */
export interface ReportLine {
  /** The first column; empty for a line that belongs to the one above. */
  readonly label: string;
  /** The output it shows, as a path: `objectStoreUrl`, `digits.pageUrl`. */
  readonly output: string;
  /** What follows the value, from the stack's outputs. @default nothing */
  readonly note?: (outputs: Readonly<Record<string, unknown>>) => string | undefined;
  /** Whether to print the command that shows the output, instead of its value. @default false */
  readonly isSecret?: boolean;
}

/**
 * A service that people reach from outside the cluster: at a NodePort of every node, and on a local cluster at a port of this machine.
 * @example
 * { name: "mlflow", nodePort: 30084, defaultPort: 8084, what: "MLflow", output: "mlflowUrl", label: "MLflow" }
 */
export interface Endpoint extends ReportLine {
  /** Unique among all. The setting `${name}Port` overrides `defaultPort`. */
  readonly name: string;
  /** The same on every cluster, 30000 to 32767, unique among all. */
  readonly nodePort: number;
  /** Port of 127.0.0.1 on a local cluster, unless configured. */
  readonly defaultPort: number;
  /** What is served, completing "a free port of this machine for …". */
  readonly what: string;
  /** When it is published, completing `what` in descriptions: `in profile full`. @default always */
  readonly condition?: string;
  /** Whether these settings publish it. @default always */
  readonly when?: (settings: Values) => boolean;
}

/** The endpoints that these settings publish. */
export function publishedEndpoints<E extends Endpoint>(endpoints: readonly E[], settings: Values): E[] {
  return endpoints.filter(({ when }) => when?.(settings) ?? true);
}

/** Each endpoint's setting: `${name}Port`, the port of this machine. */
export function portSettings(endpoints: readonly Endpoint[]): PortSetting[] {
  return endpoints.map(({ name, defaultPort, what, condition, when }) => ({
    name,
    default: defaultPort,
    what,
    description: `Loopback port of ${what}${condition === undefined ? "" : `, ${condition}`}.`,
    isUsed: when ?? (() => true),
  }));
}

/** A port of 127.0.0.1 that leads to a NodePort of the local node. */
export interface PortMapping {
  readonly name: string;
  readonly hostPort: number;
  readonly nodePort: number;
}

/**
 * What the local node publishes.
 * @param endpoints - all there are; those that the settings do not publish are left out
 */
export function portMappings(endpoints: readonly Endpoint[], settings: Settings): PortMapping[] {
  return publishedEndpoints(endpoints, settings).map((endpoint) => ({
    name: endpoint.name,
    hostPort: hostPortOf(endpoint, settings),
    nodePort: endpoint.nodePort,
  }));
}

/** The endpoint's port of 127.0.0.1 on a local cluster. */
export function hostPortOf({ name, defaultPort }: Endpoint, { ports }: Pick<Settings, "ports">): number {
  return ports[name] ?? defaultPort;
}
