/** How to reach an API server, and as whom. */
import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from "node:https";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { getProxyForUrl } from "proxy-from-env";
import { KubeconfigError } from "./errors";
import { currentContext, readKubeconfig } from "./kubeconfig";
import { isMap, type Fields, textAt } from "./object";

/** The way to one API server. */
export interface Access {
  /** With the path that requests start from, if it has one. */
  readonly server: URL;
  /** The namespace of the context. */
  readonly namespace: string;
  /** Makes the pool of connections, through a proxy where there is one. */
  agent(maxSockets: number): HttpAgent;
  /** Headers that say who we are. Programs that log in may answer something else each time. */
  headers(): Promise<Record<string, string>>;
}

type Tls = Pick<AgentOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;

/** What only the client library can do, which takes a second to load: programs that log in, impersonation. */
const needsLibrary = ["exec", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra"];

/**
 * Finds the way to the cluster of a kubeconfig.
 *
 * @param kubeconfig Its content or path, as `readKubeconfig` takes it.
 * @param context @default the current context
 * @throws KubeconfigError that names what is missing.
 */
export async function accessOf(kubeconfig?: string, context?: string): Promise<Access> {
  const text = readKubeconfig(kubeconfig, context);
  const { cluster, user, namespace } = currentContext(text);
  const server = serverOf(cluster);
  const { tls, headers } = needsLibrary.some((key) => user[key] !== undefined)
    ? await identityByLibrary(text)
    : { tls: certificates(user), headers: () => Promise.resolve(authorization(user)) };
  const all: Tls = { ...trust(cluster), ...tls };
  const proxy = proxyOf(server, cluster);
  return { server, namespace, headers, agent: (maxSockets) => agentFor(server, all, proxy, maxSockets) };
}

function serverOf(cluster: Fields): URL {
  const text = textAt(cluster, "server");
  const server = URL.parse(text);
  if (!server || !/^https?:$/.test(server.protocol))
    throw new KubeconfigError(`The kubeconfig's server "${text}" is no address: give one as in https://host:6443.`);
  return server;
}

/** Whom to believe to be the server. */
function trust(cluster: Fields): Tls {
  const servername = textAt(cluster, "tls-server-name");
  const ca = bytes(cluster, "certificate-authority-data");
  return {
    ...(ca && { ca }),
    ...(servername !== "" && { servername }),
    ...(cluster["insecure-skip-tls-verify"] === true && { rejectUnauthorized: false }),
  };
}

function certificates(user: Fields): Tls {
  const [cert, key] = [bytes(user, "client-certificate-data"), bytes(user, "client-key-data")];
  return cert && key ? { cert, key } : {};
}

function bytes(entry: Fields, key: string): Buffer | undefined {
  const data = textAt(entry, key);
  return data === "" ? undefined : Buffer.from(data, "base64");
}

function authorization(user: Fields): Record<string, string> {
  // A file's token is rotated in place, as in pods, so it is read for each call.
  const file = textAt(user, "tokenFile");
  const token = file === "" ? textAt(user, "token") : readFileSync(file, "utf8").trim();
  if (token !== "") return { authorization: `Bearer ${token}` };
  const username = textAt(user, "username");
  if (username === "") return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${textAt(user, "password")}`).toString("base64")}` };
}

/** Has the client library run the program that logs in; it keeps what that answers until it expires. */
async function identityByLibrary(kubeconfig: string): Promise<Pick<Access, "headers"> & { tls: Tls }> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const library = new KubeConfig();
  library.loadFromString(kubeconfig);
  const ask = async () => {
    const options: RequestOptions = {};
    await library.applyToHTTPSOptions(options);
    return options;
  };
  const { cert, key } = await ask();
  return {
    tls: { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    async headers() {
      const { headers } = await ask();
      return isMap(headers) ? (headers as Record<string, string>) : {};
    },
  };
}

/**
 * The proxy between here and a server: the kubeconfig's `proxy-url`, else what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. As with
 * kubectl, the environment's proxies are never asked for an address of this machine.
 */
export function proxyOf(server: URL, cluster: Fields): string | undefined {
  const said = textAt(cluster, "proxy-url");
  if (said !== "") return said;
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(server.hostname)) return undefined;
  return getProxyForUrl(server.href) || undefined;
}

function agentFor(server: URL, tls: Tls, proxy: string | undefined, maxSockets: number): HttpAgent {
  const pool = { keepAlive: true, scheduling: "lifo", maxSockets } as const;
  const isPlain = server.protocol === "http:";
  if (proxy === undefined) return isPlain ? new HttpAgent(pool) : new HttpsAgent({ ...pool, ...tls });
  if (!/^https?:/.test(proxy))
    throw new KubeconfigError(`The proxy "${proxy}" is none that can be used: give one as in http://host:3128.`);
  return isPlain ? new HttpProxyAgent({ ...pool, proxy }) : new HttpsProxyAgent({ ...pool, ...tls, proxy });
}
