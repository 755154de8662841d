/** Whose a node is. Names of stacks repeat between clones and state folders; only its owner updates or deletes a node. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { backendFolder, backendOf, canonicalBackend, withoutCredentials } from "./backend";
import { readIfThere } from "./files";
import { nodePaths } from "./paths";

/** A stack, as far as it tells owners apart. */
export interface Owner {
  /** Digest of the backend's address, the project and the stack: equal for all commands on one stack. */
  readonly id: string;
  readonly stack: string;
  /** Address of the Pulumi backend that holds the node's resource, without credentials. */
  readonly backend: string;
  /** The clone whose program created the node, for messages. */
  readonly folder: string;
}

const CLONE = resolve(__dirname, "..");

/**
 * The owner that a stack is.
 * @param stack - its name, without organisation and project
 * @param backend - address of the backend that its state lies in
 */
export function stackOwner(project: string, stack: string, backend: string): Owner {
  const address = canonicalBackend(backend);
  const id = createHash("sha256").update([address, project, stack].join("\n")).digest("hex").slice(0, 16);
  return { id, stack, backend: withoutCredentials(address), folder: CLONE };
}

/** The owner of the stack that a resource's URN names, in the backend of the engine that runs this process. */
export function ownerByUrn(urn: string): Owner {
  const [head = "", project = ""] = urn.split("::");
  // The engine works on one backend already; only the command line chooses between that and the private state.
  const place = { project: process.cwd(), state: join(CLONE, ".state"), isHeld: () => false };
  return stackOwner(project, head.slice(head.lastIndexOf(":") + 1), backendOf(place).url);
}

/** The owner of the node in that folder, when it is another one that still exists and can delete the node itself. */
export function otherOwner(stateDir: string, owner: Owner): Owner | undefined {
  const text = readIfThere(nodePaths(stateDir).owner);
  if (text === undefined) return undefined;
  const found = JSON.parse(text) as Owner;
  return found.id === owner.id || !existsSync(backendFolder(found.backend) ?? found.folder) ? undefined : found;
}

/** The owner of the node in that folder, whoever it is; an owner without a stack where none is recorded. */
export function nodeOwner(stateDir: string): Owner {
  const text = readIfThere(nodePaths(stateDir).owner);
  return text === undefined ? { id: "", stack: "", backend: "", folder: CLONE } : (JSON.parse(text) as Owner);
}

/** Whether two owners are stacks of one clone. */
export const isSameClone = (one: Owner, other: Owner): boolean => one.folder === other.folder;

/** One sentence about a node that another stack owns: whose it is, and how to delete it. */
export function belongsTo(stateDir: string, { stack, backend, folder }: Owner): string {
  const state = privateStateFolder(backend);
  const options = [
    ...(stack === "dev" ? [] : [`--stack ${stack}`]),
    ...(state === undefined || state === join(folder, ".state") ? [] : [`--state ${state}`]),
  ];
  const down = `npm run down${options.length > 0 ? ` -- ${options.join(" ")}` : ""}`;
  const command = state === undefined ? `PULUMI_BACKEND_URL=${backend} ${down}` : down;
  const place = state === undefined ? `, whose state lies in ${backend}` : "";
  return `The node ${basename(stateDir)} in ${stateDir} belongs to the stack ${stack} of ${folder}${place}: run \`${command}\` there, or take another name with --stack.`;
}

/** The state folder whose private backend that is. */
function privateStateFolder(backend: string): string | undefined {
  const folder = backendFolder(backend);
  if (folder === undefined || basename(folder) !== "backend") return undefined;
  return existsSync(join(dirname(folder), "passphrase")) ? dirname(folder) : undefined;
}

/** @throws Error when another existing stack owns the node in that folder */
export function requireOwn(stateDir: string, owner: Owner): void {
  const other = otherOwner(stateDir, owner);
  if (other) throw new Error(belongsTo(stateDir, other));
}
