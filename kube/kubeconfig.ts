/** Kubeconfig files: contexts, and what they say of a cluster and a user. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { at, isRecord, listAt, mapAt, textAt } from "./object";

/** What an entry says, by the kubeconfig's own keys. */
export type Entry = Readonly<Record<string, unknown>>;

/** A context, with its cluster and user. Paths in them are absolute. */
export interface KubeContext {
  readonly name: string;
  /** The namespace of objects that name none. @default "default" */
  readonly namespace: string;
  readonly cluster: Entry;
  readonly user: Entry;
}

/** A fault of a kubeconfig, with the file, the value and the remedy. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

/** Keys whose files go into the kubeconfig as `KEY-data`; a token's file is read again and again, as its content changes. */
const embedded = ["certificate-authority", "client-certificate", "client-key"];
const paths = new Set([...embedded, "tokenFile"]);

interface Kubeconfig {
  /** What to call it in a message. */
  readonly source: string;
  readonly current: string;
  readonly contexts: readonly unknown[];
  readonly clusters: readonly unknown[];
  readonly users: readonly unknown[];
}

/**
 * Reads a context of a kubeconfig.
 * @param kubeconfig - its content, or the path of its file (`~` is the home folder); empty for the files that `$KUBECONFIG` lists, else
 * `~/.kube/config`
 * @param context - @default the current context
 * @throws KubeconfigError naming the file and what is missing in it
 */
export function readContext(kubeconfig: string, context?: string): KubeContext {
  const config = load(kubeconfig);
  const { name, context: chosen, cluster, user } = select(config, context);
  const server = textAt(cluster, "server");
  if (!/^https?:\/\//.test(server))
    throw new KubeconfigError(
      `The context ${name} of ${config.source} has no server, but "${server}": give its cluster a URL with https:// or http://.`,
    );
  return {
    name,
    namespace: textAt(chosen, "namespace") || "default",
    cluster,
    user,
  };
}

/**
 * Reduces a kubeconfig file to one context, so that its text works anywhere: files become data, other paths absolute.
 * @param path - the file; a leading `~` is the home folder
 * @param context - @default the file's current context
 * @returns JSON
 * @throws KubeconfigError naming the file and what is missing in it
 */
export function flattenKubeconfig(path: string, context?: string): string {
  const config = loadFile(path);
  const { name, context: chosen, cluster, user } = select(config, context);
  const userName = textAt(chosen, "user");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ ...entry(config.clusters, textAt(chosen, "cluster")), cluster: withData(cluster, config.source) }],
    users: userName === "" ? [] : [{ ...entry(config.users, userName), user: withData(user, config.source) }],
    contexts: [entry(config.contexts, name)],
    "current-context": name,
  });
}

/**
 * Identifies the cluster of a kubeconfig with one context, whatever else its entry says: by address and certificate authority. A cluster
 * that is recreated at the same address is another one.
 */
export function clusterIdentity(kubeconfig: string): string {
  const [cluster] = listAt(parse(kubeconfig), "clusters");
  const authority = textAt(cluster, "cluster", "certificate-authority-data");
  const digest = createHash("sha256").update(authority).digest("hex").slice(0, 12);
  return `${textAt(cluster, "cluster", "server")} ${digest}`;
}

function load(kubeconfig: string): Kubeconfig {
  // A path has neither line breaks nor braces, and must not be taken for content when its file is missing.
  if (/[\n{]/.test(kubeconfig)) return read(kubeconfig, "the kubeconfig", process.cwd());
  return kubeconfig === "" ? loadUsual() : loadFile(kubeconfig);
}

/** Where several files define an entry, the first wins, as with kubectl. */
function loadUsual(): Kubeconfig {
  // Set and empty is the same as not set.
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const files = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const configs = files.filter((path) => existsSync(path)).map(loadFile);
  if (configs.length === 0)
    throw new KubeconfigError(`There is no kubeconfig: ${files.join(", ")} does not exist; set KUBECONFIG to a file.`);
  return {
    source: configs.map(({ source }) => source).join(", "),
    current: configs.map(({ current }) => current).find((current) => current !== "") ?? "",
    contexts: configs.flatMap(({ contexts }) => contexts),
    clusters: configs.flatMap(({ clusters }) => clusters),
    users: configs.flatMap(({ users }) => users),
  };
}

function loadFile(path: string): Kubeconfig {
  const file = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(`The kubeconfig ${file}`, error);
  }
  return read(text, `the kubeconfig ${file}`, dirname(file));
}

function read(text: string, source: string, folder: string): Kubeconfig {
  let content: unknown;
  try {
    content = parse(text);
    if (!isRecord(content)) throw new Error("it is empty");
  } catch (error) {
    throw unreadable(source.replace(/^t/, "T"), error);
  }
  return {
    source,
    current: textAt(content, "current-context"),
    contexts: listAt(content, "contexts"),
    clusters: listAt(content, "clusters").map((one) => absolute(one, "cluster", folder)),
    users: listAt(content, "users").map((one) => absolute(one, "user", folder)),
  };
}

function unreadable(source: string, error: unknown): KubeconfigError {
  const reason = error instanceof Error ? error.message : String(error);
  return new KubeconfigError(`${source} cannot be read (${reason}): set kubeconfig to the path of one.`);
}

/** Paths start from the file's folder; so does a login program that is named by a path and not looked up in `$PATH`. */
function absolute(named: unknown, key: "cluster" | "user", folder: string): unknown {
  const said = mapAt(named, key);
  const entries = Object.entries(said).map(([name, value]): [string, unknown] => {
    if (paths.has(name) && typeof value === "string" && value !== "") return [name, resolve(folder, value)];
    const command = name === "exec" ? textAt(value, "command") : "";
    if (command.includes("/")) return [name, { ...(value as object), command: resolve(folder, command) }];
    return [name, value];
  });
  return { ...(named as object), [key]: Object.fromEntries(entries) };
}

const entry = (entries: readonly unknown[], name: string): Entry | undefined =>
  entries.find((one): one is Entry => textAt(one, "name") === name);

function select(config: Kubeconfig, wanted = config.current) {
  const context = entry(config.contexts, wanted);
  const cluster = entry(config.clusters, textAt(context, "context", "cluster"));
  // Servers that anybody may ask, such as kubectl proxy, need no user.
  const userName = textAt(context, "context", "user");
  const user = userName === "" ? {} : entry(config.users, userName);
  if (!context || !cluster || !user) {
    const known = config.contexts.map((one) => textAt(one, "name"));
    throw new KubeconfigError(
      `${config.source.replace(/^t/, "T")} has no complete context "${wanted}": set kubeContext to one of ${known.join(", ") || "its contexts"}.`,
    );
  }
  return {
    name: wanted,
    context: mapAt(context, "context"),
    cluster: mapAt(cluster, "cluster"),
    user: mapAt(user, "user"),
  };
}

function withData(said: Entry, source: string): Entry {
  const entries = Object.entries(said).flatMap(([key, value]): [string, unknown][] => {
    if (!embedded.includes(key) || typeof value !== "string" || value === "") return [[key, value]];
    // Where an entry has both, the data counts.
    if (textAt(said, `${key}-data`) !== "") return [];
    try {
      return [[`${key}-data`, readFileSync(value).toString("base64")]];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new KubeconfigError(
        `${source.replace(/^t/, "T")} names ${value}, which cannot be read (${reason}): put it there.`,
      );
    }
  });
  return Object.fromEntries(entries);
}

/** The bytes under `KEY-data`, or of the file under `KEY`; `undefined` where an entry has neither. */
export function bytesOf(said: Entry, key: string): Buffer | undefined {
  const data = textAt(said, `${key}-data`);
  if (data !== "") return Buffer.from(data, "base64");
  const file = textAt(said, key);
  return file === "" ? undefined : readFileSync(file);
}

/** Whether an entry says something under a key. */
export const says = (said: Entry, key: string): boolean => at(said, key) !== undefined && at(said, key) !== null;
