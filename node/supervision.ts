/** What the supervisor of a node runs: written by whoever makes or changes the node, read anew whenever it changes. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type NodePaths } from "./paths";
import { type ProcessId, recordedProcess } from "./processes";

/** A program that must always run. */
export interface Service {
  readonly name: "containerd" | "pasta" | "kubelet";
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `node`: in the node's root and network. `machine`: in the machine's own. Ends with the node's first process either way. */
  readonly place: "node" | "machine";
  /** Files that must exist before it is started. */
  readonly needs: readonly string[];
  /** Arguments added while the machine has no default route. Default: none. */
  readonly cutOff?: readonly string[];
  /** Whether it is started anew when the machine's way out (resolver, default route) changes. */
  readonly followsWayOut: boolean;
  /** Digest of the files it reads at its start, so that it is started anew when they change. */
  readonly revision: string;
}

/** All that a supervisor needs to know. */
export interface Supervision {
  readonly name: string;
  readonly stateDir: string;
  /** Environment of the script that makes the node's root. */
  readonly holderEnv: Readonly<Record<string, string>>;
  /** Address at which pods ask for the names of the outside. */
  readonly resolver: string;
  readonly services: readonly Service[];
}

/** The processes on which a node stands, by name. */
export const PROCESSES = ["keeper", "supervisor", "holder", "containerd", "pasta", "kubelet"] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The file in which a process of the node is recorded. */
export function recordFile(paths: NodePaths, name: ProcessName): string {
  return join(paths.run, `${name}.process`);
}

/** The recorded process of that name, alive or not. */
export function recorded(paths: NodePaths, name: ProcessName): ProcessId | undefined {
  return recordedProcess(recordFile(paths, name));
}

/** The file that says which version of a service was last started. */
export function versionFile(paths: NodePaths, name: ProcessName): string {
  return join(paths.run, `${name}.version`);
}

/** What must be equal for a running service to be left alone. */
export function serviceVersion(service: Service, wayOut: string): string {
  const told = service.followsWayOut ? { ...service, wayOut } : service;
  return createHash("sha256").update(JSON.stringify(told)).digest("hex");
}
