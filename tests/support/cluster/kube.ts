import { connect, Paths, type ClusterApi } from "../../../drift/cluster";
import { APPLY_PATCH, MERGE_PATCH } from "../../../kube/mediaTypes";
import type { KubeObject } from "../../../kube/object";

/** A cluster's objects, for tests that look at them or meddle with them. */
export class Kube {
  private constructor(
    private readonly api: ClusterApi,
    private readonly paths: Paths,
  ) {}

  /** Connects by a kubeconfig's text. */
  static async connect(kubeconfig: string): Promise<Kube> {
    const api = await connect(kubeconfig);
    return new Kube(api, new Paths(api));
  }

  /** All objects of a kind, over all namespaces. */
  async list(apiVersion: string, kind: string): Promise<KubeObject[]> {
    const path = await this.paths.list(apiVersion, kind);
    if (path === undefined) return [];
    const { body } = await this.api.request("GET", path);
    return (body as { items: KubeObject[] }).items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** One object, or undefined. */
  async get(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Promise<KubeObject | undefined> {
    const { status, body } = await this.at("GET", {
      apiVersion,
      kind,
      metadata: { name, ...(namespace && { namespace }) },
    });
    return status === 200 ? (body as KubeObject) : undefined;
  }

  /** Merges a change into an object, as `kubectl patch` by a person would. */
  async patch(object: KubeObject, change: unknown): Promise<void> {
    const { status, body } = await this.at("PATCH", object, "?fieldManager=kubectl-patch", change, MERGE_PATCH);
    if (status >= 300) throw new Error(`patch answered ${status}: ${JSON.stringify(body)}`);
  }

  /** Writes an object, as `kubectl apply --server-side` by a person would. */
  async apply(object: KubeObject): Promise<void> {
    const { status, body } = await this.at("PATCH", object, "?fieldManager=kubectl", object, APPLY_PATCH);
    if (status >= 300) throw new Error(`apply answered ${status}: ${JSON.stringify(body)}`);
  }

  async delete(object: KubeObject): Promise<void> {
    const { status, body } = await this.at("DELETE", object);
    if (status >= 300 && status !== 404) throw new Error(`delete answered ${status}: ${JSON.stringify(body)}`);
  }

  close(): void {
    this.api.close();
  }

  private async at(method: string, object: KubeObject, query = "", body?: unknown, type?: string) {
    const path = await this.paths.one(object);
    if (path === undefined) throw new Error(`the cluster knows no ${object.apiVersion} ${object.kind}`);
    return this.api.request(method, path + query, body, type);
  }
}
