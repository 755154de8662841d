/** Whether the API server reaches the admission webhooks of a node that was restarted. */
import { pollUntilNoneMissing } from "../kube/poll";
import { type NodeApi } from "./api";
import { run } from "./enter";
import { type NodePaths } from "./paths";
import { isAlive } from "./processes";
import { recorded } from "./supervision";

/** Where the API server calls a webhook. */
export interface WebhookAddress {
  /** `namespace/name` of the service. */
  readonly service: string;
  /** Cluster IP. */
  readonly host: string;
  readonly port: number;
}

interface Reference {
  readonly namespace: string;
  readonly name: string;
  readonly port?: number;
}

const kinds = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

/** The addresses of all webhooks whose service exists and has a pod behind it. Others were broken before. */
export async function webhookAddresses(api: Pick<NodeApi, "get">): Promise<WebhookAddress[]> {
  const list = async (path: string) => (JSON.parse(await api.get(path)) as { items: unknown[] }).items;
  const configurations = (
    await Promise.all(kinds.map((kind) => list(`/apis/admissionregistration.k8s.io/v1/${kind}`)))
  ).flat() as { webhooks?: { clientConfig: { service?: Reference } }[] }[];
  const services = (await list("/api/v1/services")) as {
    metadata: { namespace: string; name: string };
    spec: { clusterIP?: string };
  }[];
  const endpoints = (await list("/apis/discovery.k8s.io/v1/endpointslices")) as {
    metadata: { namespace: string; labels?: Record<string, string> };
    endpoints?: { conditions?: { ready?: boolean } }[] | null;
  }[];
  const served = new Set(
    endpoints
      .filter((slice) => slice.endpoints?.some(({ conditions }) => conditions?.ready !== false))
      .map(({ metadata: { namespace, labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}`),
  );
  const addresses = new Map(services.map(({ metadata: { namespace, name }, spec }) => [`${namespace}/${name}`, spec]));
  const found = configurations.flatMap(({ webhooks = [] }) =>
    webhooks.flatMap(({ clientConfig: { service } }): WebhookAddress[] => {
      const key = `${service?.namespace}/${service?.name}`;
      const host = addresses.get(key)?.clusterIP;
      if (!service || !host || host === "None" || !served.has(key)) return [];
      return [{ service: key, host, port: service.port ?? 443 }];
    }),
  );
  return [...new Map(found.map((address) => [`${address.host}:${address.port}`, address])).values()];
}

/**
 * Waits until every webhook's service can be reached from where the API server runs. A pod is ready a moment before its service leads
 * to it, and an object that is written in that moment is refused with "failed calling webhook".
 * @param connects - whether a connection to an address can be opened
 * @param timeoutMs - then it goes on: a webhook may have been broken before
 * @returns the services that cannot be reached
 */
export async function waitForWebhooks(
  api: Pick<NodeApi, "get">,
  connects: (address: WebhookAddress) => Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const unreached = async (): Promise<string[]> => {
    const addresses = await webhookAddresses(api).catch((): WebhookAddress[] => []);
    const tried = await Promise.all(
      addresses.map(async (address) => ((await connects(address)) ? [] : address.service)),
    );
    return tried.flat();
  };
  return pollUntilNoneMissing({ timeoutMs, intervalMs: 250, signal }, unreached);
}

const connect = `
const [host, port] = process.argv.slice(1);
const socket = require("net").connect({ host, port: Number(port), timeout: 2000 });
socket.on("connect", () => process.exit(0)).on("error", () => process.exit(1)).on("timeout", () => process.exit(1));
`;

/** Opens connections from the network in which the node's API server runs, whatever files the node sees. */
export const connectsFromNode =
  (paths: NodePaths, signal: AbortSignal) =>
  async ({ host, port }: WebhookAddress): Promise<boolean> => {
    const namespaceHolder = recorded(paths, "holder");
    if (!isAlive(namespaceHolder)) return false;
    const enter = ["nsenter", "-t", `${namespaceHolder.pid}`, "-n", "--"];
    return run([...enter, process.execPath, "-e", connect, host, `${port}`], { signal }).then(
      () => true,
      () => false,
    );
  };
