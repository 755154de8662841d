/** Which Pulumi backend the state of a stack lies in: decided here, for the command line and for the plugin in the engine. */
import { readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/** The backend of a stack's state. */
export interface Backend {
  readonly url: string;
  /** Whether it is the private file backend in the project's state folder. */
  readonly isPrivate: boolean;
  /** The login that is not used, because the private state holds the stack. */
  readonly unused?: string;
}

/** Where the stack is looked for. */
export interface StackPlace {
  /** The folder of the Pulumi project. */
  readonly project: string;
  /** The project's private state folder. */
  readonly state: string;
  /** Whether the private state holds resources of the stack; asked only when the person has a backend of their own. */
  readonly isHeld: () => boolean;
}

/** Address of the private file backend in a state folder. */
export const privateBackend = (state: string): string => `file://${join(state, "backend")}`;

/**
 * The backend of a stack's state, the first of: PULUMI_BACKEND_URL; the private state, when it holds the stack; the backend
 * that Pulumi.yaml names; the one that the person is logged in to; Pulumi Cloud, when there is an access token; the private
 * state.
 *
 * A login made after the first `up` changes nothing for that stack, until `down` has emptied its private state.
 */
export function backendOf({ project, state, isHeld }: StackPlace, env: NodeJS.ProcessEnv = process.env): Backend {
  const own = privateBackend(state);
  const named = env["PULUMI_BACKEND_URL"];
  if (named) return { url: named, isPrivate: canonicalBackend(named) === canonicalBackend(own) };
  const login = projectBackend(project) ?? loginBackend(env);
  if (login === undefined) return { url: own, isPrivate: true };
  return isHeld() ? { url: own, isPrivate: true, unused: login } : { url: login, isPrivate: false };
}

/** The folder in which Pulumi keeps this person's credentials. */
export const credentialsFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env["PULUMI_CREDENTIALS_PATH"] || env["PULUMI_HOME"] || join(homedir(), ".pulumi");

/** One address for each backend: symbolic links in a path, parameters of a file backend and final slashes do not differ. */
export function canonicalBackend(url: string): string {
  const folder = backendFolder(url);
  return folder === undefined ? url.replace(/\/+$/, "") : `file://${real(folder)}`;
}

/** A backend's address for messages and records, without its user, password and parameters. */
export const withoutCredentials = (url: string): string => url.replace(/\/\/[^/]*@/, "//").replace(/\?.*/s, "");

/** The folder of a file backend. */
export function backendFolder(url: string): string | undefined {
  const [, path] = /^file:\/\/([^?]*)/.exec(url) ?? [];
  return path === undefined ? undefined : resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

function projectBackend(project: string): string | undefined {
  return textIn(() => parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")), "backend", "url");
}

function loginBackend(env: NodeJS.ProcessEnv): string | undefined {
  const current = textIn(
    () => JSON.parse(readFileSync(join(credentialsFolder(env), "credentials.json"), "utf8")) as unknown,
    "current",
  );
  return current ?? (env["PULUMI_ACCESS_TOKEN"] ? (env["PULUMI_API"] ?? "https://api.pulumi.com") : undefined);
}

/** A text at a path of keys, where the file is there and has it. */
function textIn(read: () => unknown, ...keys: string[]): string | undefined {
  try {
    const value = keys.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key) as unknown, read());
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
  }
}
