/**
 * What controllers and a node would do to a few kinds of objects, done through the API: Deployments become available,
 * Jobs complete, Services get an endpoint. For tests against an API server that has nothing else.
 */
import { KubeConfig } from "@kubernetes/client-node";
import { isMap, type PropertyMap } from "../../plugins/base";
import { follow } from "../../plugins/kubernetes/await/watch";
import { KubeClient } from "../../plugins/kubernetes/client";
import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt } from "../../plugins/kubernetes/object";
import type { ApiServer } from "./apiServer";

const MERGE = "application/merge-patch+json";
const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/**
 * Starts them; they work until they are stopped.
 * @param except objects they leave alone, by `kind/name`
 */
export async function startControllers(
  server: ApiServer,
  except: ReadonlySet<string> = new Set(),
): Promise<() => void> {
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  const client = await KubeClient.of(config);
  const stopping = new AbortController();
  const each = (path: string, kind: string, act: (object: PropertyMap) => Promise<unknown>): void => {
    void follow(client, { path }, stopping.signal, (objects) => {
      for (const object of objects) {
        if (except.has(`${kind}/${nameOf(object)}`)) continue;
        // Objects come and go while this works; a refusal is an answer to something already over.
        act(object).catch(() => undefined);
      }
    }).catch(() => undefined);
  };
  const patch = (object: PropertyMap, path: string, status: object): Promise<unknown> =>
    server.request("PATCH", `${path}/${nameOf(object)}/status`, { status }, MERGE);

  each("/apis/apps/v1/deployments", "Deployment", async (object) => {
    const generation = numberAt(object, 0, "metadata", "generation");
    const deleting = textAt(object, "metadata", "deletionTimestamp") !== "";
    if (deleting) return release(server, `/apis/apps/v1/namespaces/${namespaceOf(object)}/deployments`, object);
    if (numberAt(object, 0, "status", "observedGeneration") === generation) return undefined;
    const replicas = numberAt(object, 1, "spec", "replicas");
    const condition = (type: string, reason: string): object => ({ type, reason, status: "True", message: reason });
    return patch(object, `/apis/apps/v1/namespaces/${namespaceOf(object)}/deployments`, {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition("Available", "MinimumReplicasAvailable"),
        condition("Progressing", "NewReplicaSetAvailable"),
      ],
    });
  });
  each("/apis/batch/v1/jobs", "Job", async (object) => {
    const path = `/apis/batch/v1/namespaces/${namespaceOf(object)}/jobs`;
    if (textAt(object, "metadata", "deletionTimestamp") !== "") return release(server, path, object);
    if (listAt(object, "status", "conditions").length > 0) return undefined;
    const time = now();
    const condition = (type: string): object => ({
      type,
      status: "True",
      reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods",
      lastProbeTime: time,
      lastTransitionTime: time,
    });
    return patch(object, path, {
      startTime: time,
      completionTime: time,
      succeeded: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
      conditions: [condition("SuccessCriteriaMet"), condition("Complete")],
    });
  });
  each("/api/v1/services", "Service", async (object) => {
    if (Object.keys(mapAt(object, "spec", "selector")).length === 0) return undefined;
    return server.request("POST", `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(object)}/endpointslices`, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: nameOf(object), labels: { "kubernetes.io/service-name": nameOf(object) } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["198.18.0.9"], conditions: { ready: true } }],
      ports: [],
    });
  });
  // The garbage collector's and the namespace controller's part: with nothing left to collect, let go.
  for (const [path, plural] of [
    ["/api/v1", "configmaps"],
    ["/api/v1", "secrets"],
    ["/api/v1", "services"],
  ] as const) {
    each(`${path}/${plural}`, plural, async (object) => {
      if (textAt(object, "metadata", "deletionTimestamp") === "") return undefined;
      return release(server, `${path}/namespaces/${namespaceOf(object)}/${plural}`, object);
    });
  }
  each("/api/v1/namespaces", "Namespace", async (object) => {
    if (textAt(object, "metadata", "deletionTimestamp") === "") return undefined;
    await release(server, "/api/v1/namespaces", object);
    return server.request("PUT", `/api/v1/namespaces/${nameOf(object)}/finalize`, {
      ...object,
      spec: { finalizers: [] },
    });
  });
  return () => {
    stopping.abort();
    client.close();
  };
}

async function release(server: ApiServer, path: string, object: PropertyMap): Promise<unknown> {
  if (!isMap(object["metadata"]) || listAt(object, "metadata", "finalizers").length === 0) return undefined;
  return server.request("PATCH", `${path}/${nameOf(object)}`, { metadata: { finalizers: null } }, MERGE);
}
