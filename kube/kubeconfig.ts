/** Reads kubeconfigs by their YAML alone. The client library could do it too, but takes a second to load. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { KubeconfigError } from "./errors";
import { type Fields, isMap, textAt } from "./object";

/** A kubeconfig's lists, as far as a context is found in them. */
interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name: string; readonly context?: Fields }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster?: Fields }[];
  readonly users?: readonly { readonly name: string; readonly user?: Fields }[];
}

/** One context of a kubeconfig, with its cluster and user. */
export interface SelectedContext {
  readonly name: string;
  /** The namespace of requests that name none. */
  readonly namespace: string;
  readonly cluster: Fields;
  readonly user: Fields;
}

/** Fields whose value is a file, which the kubeconfig may hold itself under the same name with `-data`. */
const embeddable = new Set(["certificate-authority", "client-certificate", "client-key"]);

/**
 * Reads a kubeconfig and reduces it to one context.
 *
 * @param contentOrPath The kubeconfig itself, or the path of its file; a leading `~` is the home folder.
 * @default the files that `KUBECONFIG` names, else `~/.kube/config`
 * @param context @default the kubeconfig's current context
 * @returns JSON with that context as the current one and nothing else in it. Certificates and keys that it names are
 * embedded; other paths are absolute, from the kubeconfig's own folder.
 * @throws KubeconfigError that names the file and what is missing in it.
 */
export function readKubeconfig(contentOrPath?: string, context?: string): string {
  const read = contentOrPath === undefined ? usualFiles().map(readFile) : [readSource(contentOrPath)];
  const config = merged(read);
  const { source } = read[0] as Source;
  const wanted = context ?? config["current-context"] ?? "";
  const chosen = config.contexts?.find(({ name }) => name === wanted);
  const cluster = config.clusters?.find(({ name }) => name === textAt(chosen, "context", "cluster"));
  const user = config.users?.find(({ name }) => name === textAt(chosen, "context", "user"));
  if (!chosen || !cluster || !user || textAt(cluster, "cluster", "server") === "") {
    const known = config.contexts?.map(({ name }) => name).join(", ");
    throw new KubeconfigError(
      `${source} has no whole context "${wanted}": set kubeContext to one of ${known || "its contexts"}.`,
    );
  }
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    users: [user],
    contexts: [chosen],
    "current-context": wanted,
  });
}

/** The current context of a kubeconfig that `readKubeconfig` returned. */
export function currentContext(kubeconfig: string): SelectedContext {
  const { contexts = [], clusters = [], users = [] } = parse(kubeconfig) as Kubeconfig;
  const [chosen] = contexts;
  return {
    name: chosen?.name ?? "",
    namespace: textAt(chosen, "context", "namespace") || "default",
    cluster: clusters[0]?.cluster ?? {},
    user: users[0]?.user ?? {},
  };
}

/**
 * What tells the cluster of a kubeconfig from another: its address and its authority. Without the authority, a cluster
 * recreated at the same address would be taken for the one that is gone.
 */
export function identityOf(kubeconfig: string): string {
  const { cluster } = currentContext(kubeconfig);
  const authority = textAt(cluster, "certificate-authority-data");
  return `${textAt(cluster, "server")} ${createHash("sha256").update(authority).digest("hex").slice(0, 12)}`;
}

/** A kubeconfig and what to call it in messages. */
interface Source {
  readonly source: string;
  readonly config: Kubeconfig;
}

/** The files that kubectl would read. An empty `KUBECONFIG` counts as none. */
function usualFiles(): string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

/** Several files count as one, and the first that has a name wins. */
function merged(sources: readonly Source[]): Kubeconfig {
  const configs = sources.map(({ config }) => config);
  const current = configs.map((config) => config["current-context"]).find((name) => name !== undefined && name !== "");
  return {
    ...(current !== undefined && { "current-context": current }),
    contexts: configs.flatMap(({ contexts = [] }) => contexts),
    clusters: configs.flatMap(({ clusters = [] }) => clusters),
    users: configs.flatMap(({ users = [] }) => users),
  };
}

function readSource(contentOrPath: string): Source {
  // Content has line breaks or braces; a path has neither, and a missing file must not be taken for content.
  if (!/[\n{]/.test(contentOrPath)) return readFile(contentOrPath);
  return { source: "The kubeconfig", config: parsed(contentOrPath, "The kubeconfig", process.cwd()) };
}

function readFile(path: string): Source {
  const file = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const source = `The kubeconfig ${file}`;
  if (!existsSync(file)) throw new KubeconfigError(`${source} does not exist: set kubeconfig to the path of one.`);
  return { source, config: parsed(readFileSync(file, "utf8"), source, dirname(file)) };
}

function parsed(text: string, source: string, folder: string): Kubeconfig {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw unreadable(source, error);
  }
  if (!isMap(content)) throw unreadable(source, new Error("it is empty"));
  const { clusters = [], users = [], contexts = [], ...rest } = content as Kubeconfig;
  return {
    ...rest,
    contexts,
    clusters: clusters.map((one) => ({ ...one, cluster: embedded(one.cluster, source, folder) })),
    users: users.map((one) => ({ ...one, user: embedded(one.user, source, folder) })),
  };
}

function unreadable(source: string, error: unknown): KubeconfigError {
  const reason = error instanceof Error ? error.message : String(error);
  return new KubeconfigError(`${source} cannot be read (${reason}): set kubeconfig to the path of one.`);
}

/** An entry as it can be read from any folder: files embedded, other paths absolute. */
function embedded(entry: Fields = {}, source: string, folder: string): Fields {
  const read = ([key, value]: [string, unknown]): [string, unknown][] => {
    if (key === "tokenFile" && typeof value === "string") return [[key, resolve(folder, value)]];
    if (key === "exec" && isMap(value)) return [[key, { ...value, command: commandPath(value["command"], folder) }]];
    if (!embeddable.has(key) || typeof value !== "string") return [[key, value]];
    // Where both are given, the embedded data counts.
    if (textAt(entry, `${key}-data`) !== "") return [];
    return [[`${key}-data`, base64(resolve(folder, value), source)]];
  };
  return Object.fromEntries(Object.entries(entry).flatMap(read));
}

/** A command with a slash counts from the kubeconfig's folder; one without is looked for on the PATH. */
function commandPath(command: unknown, folder: string): unknown {
  return typeof command === "string" && command.includes("/") ? resolve(folder, command) : command;
}

function base64(file: string, source: string): string {
  try {
    return readFileSync(file).toString("base64");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KubeconfigError(`${source} names ${file}, which cannot be read (${reason}): put it there.`);
  }
}
