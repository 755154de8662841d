/** Whether a proxy stands between us and an API server, and which. */
import { BlockList, isIP } from "node:net";

/**
 * The proxy for a server: the kubeconfig's `proxy-url`, else the environment's (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, also in lower
 * case), by the rules of kubectl. A proxy of the environment is never asked for this machine itself.
 * @param proxyUrl - the kubeconfig's; empty when it names none
 * @returns `undefined` for none
 */
export function proxyFor(server: URL, proxyUrl: string, env: NodeJS.ProcessEnv = process.env): URL | undefined {
  if (proxyUrl !== "") return new URL(proxyUrl);
  const name = server.protocol === "https:" ? "https_proxy" : "http_proxy";
  const named = variable(env, name);
  if (named === "" || isExcepted(server, variable(env, "no_proxy"))) return undefined;
  return new URL(named.includes("://") ? named : `http://${named}`);
}

const variable = (env: NodeJS.ProcessEnv, name: string): string => env[name] || env[name.toUpperCase()] || "";

/** Whether a list of hosts, domains, addresses and networks, each maybe with a port, has the server in it. */
function isExcepted(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || isWithin(host, "127.0.0.0/8") || isWithin(host, "::1/128")) return true;
  const port = server.port || (server.protocol === "https:" ? "443" : "80");
  return list.split(",").some((item) => {
    const entry = item.trim().toLowerCase();
    if (entry === "*") return true;
    if (entry.includes("/")) return isWithin(host, entry);
    const [, name = "", wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? [];
    if (name === "" || (wantedPort !== undefined && wantedPort !== port)) return false;
    const domain = name.replace(/^\*?\./, "");
    return host.endsWith(`.${domain}`) || (host === domain && domain === name);
  });
}

/** @param network - in CIDR form */
function isWithin(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits)) return false;
  const type = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}
