/**
 * What controllers and a node would do to a few kinds of objects, done through the API: Deployments become available,
 * Jobs complete, Services get an endpoint, and what is deleted goes away. For tests against an API server that has
 * nothing else.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient } from "../../../kube/client";
import { MERGE_PATCH } from "../../../kube/mediaTypes";
import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, type KubeObject } from "../../../kube/object";
import { follow } from "../../../kube/watch";
import type { ApiServer } from "./apiServer";

const MANAGER = "?fieldManager=kube-controller-manager";

/** A collection, and what is done for each of its objects whenever one changes. */
interface Controller {
  group: string;
  plural: string;
  act?: (object: KubeObject, write: Writer) => Promise<unknown>;
}

/** Writes to the object's own path, or below it. */
type Writer = (method: string, below: string, body: object) => Promise<unknown>;

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");
const isDeleting = (object: KubeObject): boolean => textAt(object, "metadata", "deletionTimestamp") !== "";

/** Makes a Deployment available, as if its Pods ran. */
async function rollOut(deployment: KubeObject, write: Writer): Promise<unknown> {
  const generation = numberAt(deployment, 0, "metadata", "generation");
  if (numberAt(deployment, 0, "status", "observedGeneration") === generation) return undefined;
  const replicas = numberAt(deployment, 1, "spec", "replicas");
  const time = now();
  const condition = (type: string, reason: string, message: string): object => ({
    lastTransitionTime: time,
    lastUpdateTime: time,
    message,
    reason,
    status: "True",
    type,
  });
  const replicaSet = `ReplicaSet "${nameOf(deployment)}-b6645df6d" has successfully progressed.`;
  return write("PATCH", `/status${MANAGER}`, {
    metadata: { annotations: { "deployment.kubernetes.io/revision": "1" } },
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
        condition("Progressing", "NewReplicaSetAvailable", replicaSet),
      ],
    },
  });
}

/** Completes a Job, as if its Pod had succeeded. */
async function complete(job: KubeObject, write: Writer): Promise<unknown> {
  if (listAt(job, "status", "conditions").length > 0) return undefined;
  const time = now();
  const condition = (type: string): object => ({
    lastProbeTime: time,
    lastTransitionTime: time,
    message: "Reached expected number of succeeded pods",
    reason: "CompletionsReached",
    status: "True",
    type,
  });
  const conditions = [condition("SuccessCriteriaMet"), condition("Complete")];
  const counts = { succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} };
  return write("PATCH", `/status${MANAGER}`, {
    status: { startTime: time, completionTime: time, ...counts, conditions },
  });
}

/** Lets a namespace go. */
async function finalize(namespace: KubeObject, write: Writer): Promise<unknown> {
  return isDeleting(namespace) ? write("PUT", "/finalize", { ...namespace, spec: { finalizers: [] } }) : undefined;
}

/**
 * Starts them; they work until they are stopped.
 * @param options.except objects they leave alone, by `plural/name`
 * @param options.release further collections whose objects they let go of when they are deleted, by path
 * @returns the way to stop them
 */
export async function startControllers(
  server: ApiServer,
  options: { except?: ReadonlySet<string>; release?: { group: string; plural: string }[] } = {},
): Promise<() => void> {
  const client = new KubeClient(server.kubeconfig);
  const stopping = new AbortController();

  const endpoint = async (service: KubeObject): Promise<unknown> => {
    if (Object.keys(mapAt(service, "spec", "selector")).length === 0) return undefined;
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(service)}/endpointslices`;
    return server.request("POST", path, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: nameOf(service), labels: { "kubernetes.io/service-name": nameOf(service) } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["198.18.0.9"], conditions: { ready: true } }],
      ports: [],
    });
  };

  const controllers: Controller[] = [
    { group: "/apis/apps/v1", plural: "deployments", act: rollOut },
    { group: "/apis/batch/v1", plural: "jobs", act: complete },
    { group: "/api/v1", plural: "services", act: endpoint },
    { group: "/api/v1", plural: "namespaces", act: finalize },
    { group: "/api/v1", plural: "configmaps" },
    { group: "/api/v1", plural: "secrets" },
    ...(options.release ?? []),
  ];

  async function serve(controller: Controller, object: KubeObject): Promise<void> {
    const { group, plural } = controller;
    if (options.except?.has(`${plural}/${nameOf(object)}`) === true) return;
    const namespace = namespaceOf(object) === "" ? "" : `/namespaces/${namespaceOf(object)}`;
    const path = `${group}${namespace}/${plural}/${nameOf(object)}`;
    const write: Writer = (method, below, body) =>
      server.request(method, path + below, body, method === "PATCH" ? MERGE_PATCH : undefined);
    // The garbage collector's part: with nothing left to collect, let go.
    if (isDeleting(object) && listAt(object, "metadata", "finalizers").length > 0) {
      await write("PATCH", "", { metadata: { finalizers: null } });
    }
    if (!isDeleting(object) || plural === "namespaces") await controller.act?.(object, write);
  }

  async function run(controller: Controller): Promise<void> {
    while (!stopping.signal.aborted) {
      await follow(client, `${controller.group}/${controller.plural}`, stopping.signal, (objects) => {
        // Objects come and go while this works; a refusal is an answer to something already over.
        for (const object of objects) serve(controller, object).catch(() => undefined);
      }).catch(() => undefined);
      // The kind may only be defined later.
      await sleep(100, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  for (const controller of controllers) void run(controller);
  return () => {
    stopping.abort();
    client.close();
  };
}
