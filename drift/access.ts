import { readFileSync } from "node:fs";
import type { AgentOptions, RequestOptions } from "node:https";
import { parse } from "yaml";
import { UserError } from "../engine/errors";

/** How to reach an API server, and as whom. */
export interface Access {
  readonly server: string;
  readonly options: AgentOptions;
  readonly headers: Readonly<Record<string, string>>;
}

type Entry = Readonly<Record<string, unknown>>;

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { name: string; cluster: Entry }[];
  readonly users?: readonly { name: string; user: Entry }[];
}

/** What is read here; anything else (the clouds' login programs, proxies, impersonation) the library knows, and takes its second to load. */
const plain = new Set([
  ...["server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify"],
  ...["client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile"],
  ...["name", "extensions"],
]);

/**
 * Reads a kubeconfig.
 * @param text - its content
 * @param wanted - the context to use instead of the current one
 * @throws UserError when it has no such context, or that has no server
 */
export async function readAccess(text: string, wanted?: string): Promise<Access> {
  const config = parse(text) as Kubeconfig;
  const name = wanted ?? config["current-context"];
  const context = config.contexts?.find((one) => one.name === name)?.context;
  const cluster = config.clusters?.find((one) => one.name === context?.cluster)?.cluster;
  const user = config.users?.find((one) => one.name === context?.user)?.user ?? {};
  const server = cluster?.["server"];
  if (!cluster || typeof server !== "string")
    throw new UserError(
      `The kubeconfig has no context ${name ?? "(none is current)"} with a server; choose one with kubeContext.`,
    );
  const said = [...Object.entries(cluster), ...Object.entries(user)].filter(([, value]) => value !== null);
  if (said.some(([key]) => !plain.has(key))) return byLibrary(text, name, server);
  const file = (key: string) => (typeof user[key] === "string" ? readFileSync(user[key], "utf8").trim() : undefined);
  const token = user["token"] ?? file("tokenFile");
  const [ca, cert, key] = [
    bytes(cluster, "certificate-authority"),
    bytes(user, "client-certificate"),
    bytes(user, "client-key"),
  ];
  return {
    server,
    options: {
      ...(ca && { ca }),
      ...(cert && key && { cert, key }),
      ...(cluster["insecure-skip-tls-verify"] === true && { rejectUnauthorized: false }),
    },
    headers: typeof token === "string" ? { authorization: `Bearer ${token}` } : {},
  };
}

/** What an entry holds under a key: in itself, or in the file that it names. */
function bytes(entry: Entry, key: string): Buffer | undefined {
  const [data, file] = [entry[`${key}-data`], entry[key]];
  if (typeof data === "string") return Buffer.from(data, "base64");
  return typeof file === "string" ? readFileSync(file) : undefined;
}

async function byLibrary(text: string, name: string | undefined, server: string): Promise<Access> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const library = new KubeConfig();
  library.loadFromString(text);
  if (name !== undefined) library.setCurrentContext(name);
  const options: RequestOptions = {};
  await library.applyToHTTPSOptions(options);
  const { agent: _agent, headers, ...rest } = options;
  return { server, options: rest as AgentOptions, headers: { ...(headers as Record<string, string> | undefined) } };
}
