import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";

/**
 * Reads the kubeconfig of a cluster that exists already.
 * @param path - the file; a leading `~` is the user's home
 * @param context - the context to use. Default: the file's current one
 * @returns the kubeconfig with that context as the current one, and nothing else in it
 * @throws Error naming the file and what is missing in it
 */
export function readKubeconfig(path: string, context?: string): string {
  const file = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The kubeconfig ${file} cannot be read (${reason}): set kubeconfig to the path of one.`);
  }
  const wanted = context ?? config.getCurrentContext();
  const chosen = config.getContextObject(wanted);
  const cluster = chosen && config.getCluster(chosen.cluster);
  const user = chosen && config.getUser(chosen.user);
  if (!chosen || !cluster || !user) {
    const known = config.getContexts().map(({ name }) => name);
    throw new Error(
      `The kubeconfig ${file} has no whole context "${wanted}": set kubeContext to one of ${known.join(", ") || "its contexts"}.`,
    );
  }
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [chosen], currentContext: wanted });
  return config.exportConfig();
}

/** The address at which NodePorts of a cluster are reached: a node's external address where it has one, else its internal one. */
export async function nodePortAddress(kubeconfig: string): Promise<string> {
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
