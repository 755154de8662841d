import type { Endpoint } from "../infra/endpoints";
import type { WorkloadSettings } from "../infra/settings";

/** A workload as data: what the catalog must know of it before it is declared. */
export interface Workload {
  /** Its name: the key of its settings. */
  readonly name: string;
  readonly settings: Omit<WorkloadSettings, "name">;
  /** Services that people reach from outside the cluster. */
  readonly endpoints: readonly Endpoint[];
  /** Namespaces that it creates. */
  readonly namespaces: readonly string[];
  /** Products that it uses. They cannot be left out of the profile, nor can what those depend on. */
  readonly products: readonly string[];
}
