/** The workloads of the stack. A new one is a folder and a line here. */
import { digits } from "./digits/workload";
import type { Workload } from "./workload";

export type { Workload } from "./workload";

export const workloads: readonly Workload[] = [digits];
