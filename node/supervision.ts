/** What the supervisor of a node runs. Whoever creates or updates the node writes the file; the supervisor reads it when it changes. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type NodePaths } from "./paths";
import { type ProcessId, recordedProcess } from "./processes";

/** A program that must always run. */
export interface Service {
  readonly name: "containerd" | "pasta" | "kubelet";
  readonly command: readonly string[];
  /** Arguments added while the machine has no default route. @default none */
  readonly isolatedArgs?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `node`: in the node's root and network. `machine`: in the machine's own. It ends with the node's first process either way. */
  readonly place: "node" | "machine";
  /** Files that must exist before it starts. */
  readonly needs: readonly string[];
  /** Whether it restarts when the machine's uplink (resolver, default route) changes. */
  readonly followsUplink: boolean;
  /** Digest of the files that it reads when it starts, so that it restarts when they change. */
  readonly revision: string;
}

/** All that a supervisor needs to know. */
export interface Supervision {
  readonly name: string;
  readonly stateDir: string;
  /** Environment of the script that creates the node's root. */
  readonly namespaceHolderEnv: Readonly<Record<string, string>>;
  /** Address that pods ask for names outside the cluster. */
  readonly resolver: string;
  readonly services: readonly Service[];
}

/** A service as the file has it. */
interface ServiceRecord extends Omit<Service, "isolatedArgs" | "followsUplink"> {
  readonly cutOff?: readonly string[];
  readonly followsWayOut: boolean;
}

/** The file's content. Its names are the first version's: supervisors of running nodes read and write it. */
interface SupervisionRecord extends Omit<Supervision, "namespaceHolderEnv" | "services"> {
  readonly holderEnv: Readonly<Record<string, string>>;
  readonly services: readonly ServiceRecord[];
}

/** The text of the file for a supervisor. */
export function writeSupervision(supervision: Supervision): string {
  const record: SupervisionRecord = {
    name: supervision.name,
    stateDir: supervision.stateDir,
    holderEnv: supervision.namespaceHolderEnv,
    resolver: supervision.resolver,
    services: supervision.services.map(serviceRecord),
  };
  return JSON.stringify(record, undefined, 2);
}

/** Reads the text of the file. */
export function readSupervision(text: string): Supervision {
  const { holderEnv, services, ...record } = JSON.parse(text) as SupervisionRecord;
  return {
    ...record,
    namespaceHolderEnv: holderEnv,
    services: services.map(({ cutOff, followsWayOut, ...service }) => ({
      ...service,
      ...(cutOff && { isolatedArgs: cutOff }),
      followsUplink: followsWayOut,
    })),
  };
}

/** The record of a service, its keys always in the same order. */
function serviceRecord(service: Service): ServiceRecord {
  const { name, command, isolatedArgs, env, place, needs, followsUplink, revision } = service;
  const isolated = isolatedArgs && { cutOff: isolatedArgs };
  return { name, command, ...isolated, env, place, needs, followsWayOut: followsUplink, revision };
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

/**
 * Digest of everything that a running service was started with: it restarts when this changes.
 * @param uplink - the machine's uplink, as text
 */
export function serviceVersion(service: Service, uplink: string): string {
  const record = serviceRecord(service);
  const started = service.followsUplink ? { ...record, wayOut: uplink } : record;
  return createHash("sha256").update(JSON.stringify(started)).digest("hex");
}
