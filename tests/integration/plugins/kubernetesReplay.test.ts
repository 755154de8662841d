import { expect } from "chai";
import { KubernetesProvider } from "../../../plugins/kubernetes/provider";
import { type ApiServer, startApiServer } from "../../support/cluster/apiServer";
import { startControllers } from "../../support/cluster/controllers";
import { differences } from "../../support/program/differences";
import { put, textOf, trialsOf } from "../../support/plugins/replay";
import { type RecordedCall, ServedProvider } from "../../support/plugins/traces";

type Json = Record<string, unknown>;

/** Values that another server, another moment or another draw of names makes different. */
const OF_THE_MOMENT = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "observedGeneration",
  "creationTimestamp",
  "time",
  "completionTime",
  "startTime",
  "lastTransitionTime",
  "lastUpdateTime",
  "lastProbeTime",
  "clusterIP",
  "clusterIPs",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
]);

/** Brings an answer into a form in which two runs can be compared. */
function normalised(value: unknown, key = ""): unknown {
  if (OF_THE_MOMENT.has(key)) return `<${key}>`;
  if (key === "managedFields" && Array.isArray(value)) {
    const text = (entry: unknown): string => JSON.stringify(normalised(entry));
    return value.map((entry) => normalised(entry)).sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  if (key === "conditions" && Array.isArray(value)) {
    const type = (entry: unknown): string => String((entry as Json)["type"]);
    return value.map((entry) => normalised(entry)).sort((a, b) => (type(a) < type(b) ? -1 : 1));
  }
  if (Array.isArray(value)) return value.map((item) => normalised(item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalised(item, name)]));
  }
  if (typeof value !== "string") return value;
  const plain = value
    .replaceAll(/pulumi-kubernetes-[0-9a-f]{8}/g, "pulumi-kubernetes-<hex>")
    .replaceAll(/ReplicaSet \"[^"]*\"/g, "ReplicaSet <name>");
  return plain.replaceAll(/^(train|web|widget|credentials)-[0-9a-f]{8}$/g, "$1-<hex>");
}

/** Where the official plugin and ours differ on purpose. */
function comparable(answer: Json, call: RecordedCall): unknown {
  const result = normalised(answer) as Json;
  const properties = result["properties"] as Json | undefined;
  if (properties !== undefined && textOf(call, "type").endsWith(":CustomResourceDefinition")) {
    // Ours waits until a definition is established, so its state holds the status that says so.
    delete properties["status"];
    const metadata = properties["metadata"] as Json;
    const entries = metadata["managedFields"] as Json[] | undefined;
    metadata["managedFields"] = entries?.filter((entry) => entry["manager"] !== "kube-apiserver");
  }
  if (properties !== undefined && textOf(call, "type").endsWith(":Deployment")) {
    // How many Pods there are at the moment of the answer is the node's affair.
    const status = (properties["status"] ?? {}) as Json;
    for (const key of ["availableReplicas", "readyReplicas", "replicas", "updatedReplicas"]) delete status[key];
  }
  return result;
}

const SCALE = "/apis/apps/v1/namespaces/demo/deployments/web-ae9ad5b7/scale";
const SETTINGS = "/api/v1/namespaces/demo/configmaps/settings";
const MERGE = "application/merge-patch+json";

/** What was done by hand between two of the recordings. */
const byHand: Record<string, (server: ApiServer) => Promise<void>> = {
  async "6-drift"(server) {
    const drifted = { data: { a: "drifted", extra: "added" } };
    await server.request("PATCH", `${SCALE}?fieldManager=kubectl`, { spec: { replicas: 5 } }, MERGE);
    await server.request("PATCH", `${SETTINGS}?fieldManager=kubectl-patch`, drifted, MERGE);
    await server.request("DELETE", "/api/v1/namespaces/demo/services/web");
    await settled(server, 5);
  },
};

/** Waits until the Deployment's status speaks of its latest generation, and of so many replicas. */
async function settled(server: ApiServer, replicas: number): Promise<void> {
  for (;;) {
    const found = await server.request("GET", SCALE.replace("/scale", ""));
    const status = found["status"] as Json | undefined;
    const generation = (found["metadata"] as Json)["generation"];
    if (status?.["observedGeneration"] === generation && status?.["availableReplicas"] === replicas) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function withKubeconfig(call: RecordedCall, kubeconfig: string): RecordedCall {
  return JSON.parse(JSON.stringify(call).replaceAll('"<kubeconfig>"', JSON.stringify(kubeconfig))) as RecordedCall;
}

describe("the stand-in for the kubernetes plugin, asked what the official one was asked", function () {
  this.timeout(120_000);
  let server: ApiServer;
  let stopControllers: () => void;

  before(async () => {
    server = await startApiServer();
    stopControllers = await startControllers(server, {
      release: [{ group: "/apis/example.com/v1", plural: "widgets" }],
    });
  });

  after(async () => {
    stopControllers();
    await server.stop();
  });

  for (const recording of [
    "1-preview",
    "2-up",
    "3-noop",
    "4-preview-change",
    "5-up-change",
    "6-drift",
    "7-refresh",
    "8-up-heal",
    "9-destroy",
  ]) {
    describe(recording, () => {
      let provider: ServedProvider;

      before(async () => {
        provider = await ServedProvider.start(new KubernetesProvider());
        await byHand[recording]?.(server);
      });

      after(() => provider.stop());

      for (const { title, call } of trialsOf(recording))
        it(title, () =>
          put(provider, withKubeconfig(call, server.kubeconfig), (ours, theirs) => {
            expect(differences(comparable(ours, call), comparable(theirs, call))).to.deep.equal([]);
          }),
        );
    });
  }
});
