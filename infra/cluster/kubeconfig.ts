import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

/** Keys that name a file; the same key with `-data` holds the content itself. */
const named = new Set(["certificate-authority", "client-certificate", "client-key"]);

/** The parts of a kubeconfig that a context refers to. */
interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster?: Readonly<Record<string, string>> }[];
  readonly users?: readonly { readonly name: string; readonly user?: Readonly<Record<string, unknown>> }[];
}

/**
 * Reads the kubeconfig of an existing cluster. Parses the YAML itself: the client library takes a second to load.
 * @param path - the file; a leading `~` is the user's home
 * @param context - the context to use. @default the file's current one
 * @returns the kubeconfig with that context as the current one, nothing else in it, and the content of the files that it names
 * @throws Error naming the file and what is missing in it
 */
export function readKubeconfig(path: string, context?: string): string {
  const file = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const { contexts = [], clusters = [], users = [], ...config } = readFile(file);
  const wanted = context ?? config["current-context"] ?? "";
  const chosen = contexts.find(({ name }) => name === wanted);
  const cluster = clusters.find(({ name }) => name === chosen?.context.cluster);
  const user = users.find(({ name }) => name === chosen?.context.user);
  if (!chosen || !cluster || !user) {
    const known = contexts.map(({ name }) => name);
    throw new Error(
      `The kubeconfig ${file} has no whole context "${wanted}": set kubeContext to one of ${known.join(", ") || "its contexts"}.`,
    );
  }
  const one = {
    clusters: [{ ...cluster, cluster: withFiles(cluster.cluster, file) }],
    users: [{ ...user, user: withFiles(user.user, file) }],
    contexts: [chosen],
    "current-context": wanted,
  };
  return JSON.stringify({ apiVersion: "v1", kind: "Config", ...one });
}

/**
 * Identifies the cluster of a kubeconfig with one context: its address and its certificate authority. Without the latter, a cluster that was
 * recreated at the same address would be taken for the former one.
 */
export function identityOf(kubeconfig: string): string {
  const { clusters = [] } = parse(kubeconfig) as Kubeconfig;
  const { server = "", "certificate-authority-data": authority = "" } = clusters[0]?.cluster ?? {};
  return `${server} ${createHash("sha256").update(authority).digest("hex").slice(0, 12)}`;
}

/** The entry with the content of the files that it names, since others read the kubeconfig elsewhere. */
function withFiles(entry: Readonly<Record<string, unknown>> | undefined, kubeconfig: string): object {
  const read = ([key, value]: [string, unknown]): [string, unknown] => {
    if (!named.has(key) || typeof value !== "string") return [key, value];
    const file = resolve(dirname(kubeconfig), value);
    try {
      return [`${key}-data`, readFileSync(file).toString("base64")];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The kubeconfig ${kubeconfig} names ${file}, which cannot be read (${reason}): put it there.`);
    }
  };
  return Object.fromEntries(Object.entries(entry ?? {}).map(read));
}

function readFile(file: string): Kubeconfig {
  try {
    const content: unknown = parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null) throw new Error("it is empty");
    return content;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The kubeconfig ${file} cannot be read (${reason}): set kubeconfig to the path of one.`);
  }
}

/** The address at which NodePorts of a cluster are reached: a node's external address where it has one, else its internal one. */
export async function nodePortAddress(kubeconfig: string): Promise<string> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode({ limit: 20 });
  const addresses = items.flatMap(({ status }) => status?.addresses ?? []);
  const found = ["ExternalIP", "InternalIP"].flatMap((type) => addresses.filter((each) => each.type === type))[0];
  if (!found)
    throw new Error(
      `No node of the cluster ${config.getCurrentCluster()?.server ?? ""} has an address: wait until one has registered.`,
    );
  return found.address;
}
