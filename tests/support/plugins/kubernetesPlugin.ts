/** The stand-in for the kubernetes plugin, configured for a real API server, and objects to drive it with. */
import { KubernetesProvider } from "../../../plugins/kubernetes/provider";
import { type ApiServer, startApiServer } from "../cluster/apiServer";
import { startControllers } from "../cluster/controllers";
import { DrivenResource } from "../cluster/resource";
import { ServedProvider } from "./traces";

type Json = Record<string, unknown>;

/** The namespace of all objects here. */
export const NAMESPACE = "operations";
export const MERGE = "application/merge-patch+json";
/** The path of an object in the namespace. */
export const path = (group: string, plural: string, name: string): string =>
  `${group}/namespaces/${NAMESPACE}/${plural}/${name}`;
/** The metadata of an object in the namespace. */
export const metadata = (name: string, rest: Json = {}): Json => ({ name, namespace: NAMESPACE, ...rest });
export const container = { name: "c", image: "example.com/nothing:1" };

/** A ConfigMap in the namespace. */
export function configMap(name: string, data: Json, annotations?: Json): Json {
  const meta = annotations === undefined ? metadata(name) : metadata(name, { annotations });
  return { apiVersion: "v1", kind: "ConfigMap", metadata: meta, data };
}

/** A Deployment in the namespace. */
export function deployment(name: string, replicas: number, annotations: Json = {}): Json {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name, { annotations }),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/** Our plugin in this process, on an API server of its own, with a namespace to work in. */
export class PluginOnServer {
  private readonly opened: ServedProvider[] = [];

  private constructor(
    readonly server: ApiServer,
    private readonly stopControllers: () => void,
  ) {}

  /** Starts it, with controllers that heed these options. */
  static async start(options: Parameters<typeof startControllers>[1] = {}): Promise<PluginOnServer> {
    const server = await startApiServer();
    const plugin = new PluginOnServer(server, await startControllers(server, options));
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
    await server.request("POST", "/api/v1/namespaces", namespace);
    await plugin.open();
    return plugin;
  }

  /** Another instance of the plugin, configured for the server and with these settings. */
  async open(settings: Readonly<Record<string, string>> = {}): Promise<ServedProvider> {
    const served = await ServedProvider.start(new KubernetesProvider());
    this.opened.push(served);
    const args = { kubeconfig: this.server.kubeconfig, ...settings };
    const variables = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [`kubernetes:config:${key}`, value]),
    );
    await served.call("Configure", { args, variables });
    return served;
  }

  /**
   * A resource to drive through its life.
   * @param from an instance of the plugin. Default: the first, which has no settings of its own
   */
  resource(type: string, name: string, from = this.opened[0]): DrivenResource {
    if (!from) throw new Error("The plugin has been stopped.");
    return new DrivenResource(from, `kubernetes:${type}`, name);
  }

  async stop(): Promise<void> {
    for (const served of this.opened.splice(0)) await served.stop();
    this.stopControllers();
    await this.server.stop();
  }
}
