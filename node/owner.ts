/** Whose a node is. Names of stacks repeat between clones and state folders; a node is taken up or away by its owner alone. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { readIfThere } from "./files";
import { nodePaths } from "./paths";

/** A stack, as far as it tells owners apart. */
export interface Owner {
  /** Digest of the backend's address, the project and the stack: what makes two commands work on one stack. */
  readonly id: string;
  readonly stack: string;
  /** Address of the Pulumi backend that knows the node, without what could be a password. */
  readonly backend: string;
  /** The clone whose program made the node, for a person. */
  readonly folder: string;
}

const CLONE = resolve(__dirname, "..");

/** Address of the file backend in a state folder. */
export function fileBackend(state: string): string {
  return `file://${join(state, "backend")}`;
}

/**
 * The owner that a stack is.
 * @param stack - its name, without organisation and project
 * @param env - what Pulumi runs with; the backend is the one that Pulumi would take, or this clone's own
 */
export function stackOwner(project: string, stack: string, env: NodeJS.ProcessEnv = process.env): Owner {
  const backend = canonical(backendOf(env));
  const id = createHash("sha256").update([backend, project, stack].join("\n")).digest("hex").slice(0, 16);
  return { id, stack, backend: backend.replace(/\/\/[^/]*@/, "//").replace(/\?.*/s, ""), folder: CLONE };
}

/** The owner of the stack that a resource's URN names. */
export function ownerByUrn(urn: string): Owner {
  const [head = "", project = ""] = urn.split("::");
  return stackOwner(project, head.slice(head.lastIndexOf(":") + 1));
}

/** The owner of the node in that folder when it is another, and still there to take the node away itself. */
export function otherOwner(stateDir: string, owner: Owner): Owner | undefined {
  const text = readIfThere(nodePaths(stateDir).owner);
  if (text === undefined) return undefined;
  const found = JSON.parse(text) as Owner;
  return found.id === owner.id || !existsSync(backendFolder(found.backend) ?? found.folder) ? undefined : found;
}

/** Who made the node in that folder, for those who may take any node away; somebody of no stack where nobody has signed. */
export function nodeOwner(stateDir: string): Owner {
  const text = readIfThere(nodePaths(stateDir).owner);
  return text === undefined ? { id: "", stack: "", backend: "", folder: CLONE } : (JSON.parse(text) as Owner);
}

/** What to say of a node that is another's: whose it is and what to do, in one sentence. */
export function belongsTo(stateDir: string, { stack, backend, folder }: Owner): string {
  const state = backendFolder(backend)?.replace(/\/backend$/, "");
  const options = [
    ...(stack === "dev" ? [] : [`--stack ${stack}`]),
    ...(state === undefined || state === join(folder, ".state") ? [] : [`--state ${state}`]),
  ];
  const command = `npm run down${options.length > 0 ? ` -- ${options.join(" ")}` : ""}`;
  const known = state === undefined ? `, known to ${backend}` : "";
  return `The node ${basename(stateDir)} in ${stateDir} belongs to the stack ${stack} of ${folder}${known}: run \`${command}\` there, or take another name with --stack.`;
}

/** @throws when the node in that folder is another owner's */
export function requireOwn(stateDir: string, owner: Owner): void {
  const other = otherOwner(stateDir, owner);
  if (other) throw new Error(belongsTo(stateDir, other));
}

/** The backend that Pulumi takes: named, logged in to, or its own; without any, the private one of this clone. */
function backendOf(env: NodeJS.ProcessEnv): string {
  if (env["PULUMI_BACKEND_URL"]) return env["PULUMI_BACKEND_URL"];
  try {
    const file = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "credentials.json");
    const current: unknown = Reflect.get(Object(JSON.parse(readFileSync(file, "utf8"))), "current");
    if (typeof current === "string" && current !== "") return current;
  } catch {
    // Nobody has logged in.
  }
  return env["PULUMI_ACCESS_TOKEN"] ? "https://api.pulumi.com" : fileBackend(join(CLONE, ".state"));
}

/** One address for each backend: links in a path and slashes at the end make no other of it. */
function canonical(backend: string): string {
  const folder = backendFolder(backend);
  return folder === undefined ? backend.replace(/\/+$/, "") : `file://${real(folder)}`;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
  }
}

/** The folder of a file backend. */
function backendFolder(backend: string): string | undefined {
  const [, path] = /^file:\/\/([^?]*)/.exec(backend) ?? [];
  return path === undefined ? undefined : resolve(path.replace(/^~(?=\/|$)/, homedir()));
}
