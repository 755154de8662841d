/** How to get at the API server a kubeconfig names: its address, its certificates, and who we are. */
import { existsSync, readFileSync } from "node:fs";
import { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { PropertyMap, Value } from "../base";
import { at, listAt, mapAt, textAt } from "./object";
import type { Settings } from "./settings";

/** The way to one API server. */
export interface Access {
  server: string;
  tls: Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;
  /** A proxy's agent, where there is a proxy. */
  agent?: Agent;
  /** Headers that say who we are; they may change from call to call. */
  headers(): Promise<Record<string, string>>;
}

/** The text of a kubeconfig given as content or as a path (`~` is the home folder), and the folder paths in it start from. */
export function readKubeconfig(contentOrPath: string): { text: string; folder: string } {
  const path = contentOrPath.replace(/^~(?=$|\/)/, homedir());
  // Content has line breaks or braces; a path has neither, and must not be mistaken for content when it is missing.
  if (/[\n{:]/.test(path)) return { text: contentOrPath, folder: process.cwd() };
  if (!existsSync(path)) throw new Error(`kubeconfig: there is no file ${path}; give a path or the content.`);
  return { text: readFileSync(path, "utf8"), folder: dirname(path) };
}

/** Finds the way to the cluster the settings speak of. Throws a sentence that names what is wrong with them. */
export async function accessOf(settings: Settings): Promise<Access> {
  const given = settings.kubeconfig === "" ? usualKubeconfig() : settings.kubeconfig;
  if (given === undefined) return accessByLibrary(settings);
  let config: Value;
  const { text, folder } = readKubeconfig(given);
  try {
    config = parse(text) as Value;
  } catch (error) {
    throw new Error(`failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`: ${(error as Error).message}`);
  }
  const contextName = settings.context || textAt(config, "current-context");
  const context = entry(config, "context", contextName);
  const cluster = entry(config, "cluster", settings.cluster || textAt(context, "cluster"));
  const user = entry(config, "user", textAt(context, "user"));
  return staticAccess(cluster, user, folder) ?? accessByLibrary(settings, text);
}

/** The only file of $KUBECONFIG, or ~/.kube/config; `undefined` where there is something only the library knows. */
function usualKubeconfig(): string | undefined {
  const named = process.env["KUBECONFIG"];
  const path = named ?? join(homedir(), ".kube", "config");
  if (path.includes(":") || (!existsSync(path) && process.env["KUBERNETES_SERVICE_HOST"] !== undefined))
    return undefined;
  if (existsSync(path)) return path;
  throw new Error(`no kubeconfig: set the provider's kubeconfig, or KUBECONFIG; ${path} does not exist.`);
}

function entry(config: Value, kind: "context" | "cluster" | "user", name: string): PropertyMap {
  const entries = listAt(config, `${kind}s`);
  const found = entries.find((item) => textAt(item, "name") === name);
  if (found !== undefined) return mapAt(found, kind);
  const known = entries.map((item) => textAt(item, "name")).join(", ");
  throw new Error(`the kubeconfig has no ${kind} "${name}"; it has ${known || "none"}.`);
}

/**
 * Access by certificates, tokens and passwords written in the kubeconfig or in files it names. The client library could
 * do it too, but takes over half a second to load the whole API; it is left to what needs it: programs and proxies.
 * @returns `undefined` where that is so
 */
function staticAccess(cluster: PropertyMap, user: PropertyMap, folder: string): Access | undefined {
  if (["exec", "auth-provider", "tokenFile"].some((key) => at(user, key) !== undefined)) return undefined;
  if (textAt(cluster, "proxy-url") !== "" || process.env["HTTPS_PROXY"] !== undefined) return undefined;
  const content = (from: PropertyMap, key: string): Buffer | undefined => {
    const data = textAt(from, `${key}-data`);
    if (data !== "") return Buffer.from(data, "base64");
    const path = textAt(from, key);
    return path === "" ? undefined : readFileSync(resolve(folder, path));
  };
  const headers: Record<string, string> = {};
  const [token, username] = [textAt(user, "token"), textAt(user, "username")];
  if (token !== "") headers["authorization"] = `Bearer ${token}`;
  else if (username !== "") {
    headers["authorization"] = `Basic ${Buffer.from(`${username}:${textAt(user, "password")}`).toString("base64")}`;
  }
  const servername = textAt(cluster, "tls-server-name");
  return {
    server: textAt(cluster, "server"),
    tls: {
      ca: content(cluster, "certificate-authority"),
      cert: content(user, "client-certificate"),
      key: content(user, "client-key"),
      ...(servername === "" ? {} : { servername }),
      ...(at(cluster, "insecure-skip-tls-verify") === true ? { rejectUnauthorized: false } : {}),
    },
    headers: () => Promise.resolve(headers),
  };
}

/** Access by the client library: programs that hand out tokens, proxies, the service account of a pod. */
async function accessByLibrary(settings: Settings, text?: string): Promise<Access> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (text === undefined) config.loadFromDefault();
  else config.loadFromString(text);
  if (settings.context !== "") config.setCurrentContext(settings.context);
  const context = config.getContextObject(config.getCurrentContext());
  if (settings.cluster !== "" && context !== null) {
    const contexts = [{ ...context, cluster: settings.cluster }];
    config.loadFromOptions({ ...config, contexts, currentContext: context.name });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error("The kubeconfig names no current cluster; set its current-context, or context.");
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    server: cluster.server,
    tls: { ca, cert, key, servername, rejectUnauthorized },
    agent: cluster.proxyUrl !== undefined && options.agent instanceof Agent ? options.agent : undefined,
    async headers() {
      const fresh: RequestOptions = {};
      await config.applyToHTTPSOptions(fresh);
      return { ...(fresh.headers as Record<string, string> | undefined) };
    },
  };
}
