import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { parse } from "yaml";

/** A kubeconfig's lists, as far as a context is found in them. */
interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster?: { readonly server?: string } }[];
  readonly users?: readonly { readonly name: string }[];
}

/**
 * Reads the kubeconfig of a cluster that exists already. By its YAML alone: the client library could do it too, but takes a second to load.
 * @param path - the file; a leading `~` is the user's home
 * @param context - the context to use. Default: the file's current one
 * @returns the kubeconfig with that context as the current one, and nothing else in it
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
  const one = { clusters: [cluster], users: [user], contexts: [chosen], "current-context": wanted };
  return JSON.stringify({ apiVersion: "v1", kind: "Config", ...one });
}

/** The address of the API server that a kubeconfig of one context is for. */
export function serverOf(kubeconfig: string): string {
  const { clusters = [] } = parse(kubeconfig) as Kubeconfig;
  return clusters[0]?.cluster?.server ?? "";
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
