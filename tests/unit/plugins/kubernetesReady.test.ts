import { expect } from "chai";
import type { Context, PropertyMap } from "../../../plugins/base";
import { checkFor, timeoutOf } from "../../../plugins/kubernetes/await";

type Values = Record<string, unknown>;
const condition = (type: string, status: string, more: Values = {}) => ({ type, status, ...more });
const observed = { observedGeneration: 1 };

/** What `progress` says of each object: true where it is ready, else what it waits for or why it never will be. */
const cases: [string, string, string, { spec?: Values; status?: Values }, true | RegExp, PropertyMap?][] = [
  ["apps/v1", "Deployment", "not seen yet", { status: {} }, /take notice/],
  [
    "apps/v1",
    "Deployment",
    "rolling",
    { spec: { replicas: 2 }, status: { ...observed, updatedReplicas: 1 } },
    /1 of 2 Pods made/,
  ],
  [
    ...(["apps/v1", "Deployment", "with old pods"] as const),
    { spec: { replicas: 1 }, status: { ...observed, updatedReplicas: 1, availableReplicas: 1, replicas: 2 } },
    /1 Pods of the old template/,
  ],
  [
    ...(["apps/v1", "Deployment", "too late"] as const),
    {
      status: { ...observed, conditions: [condition("Progressing", "False", { reason: "ProgressDeadlineExceeded" })] },
    },
    /exceeded its progress deadline/,
  ],
  [
    ...(["apps/v1", "Deployment", "there"] as const),
    { spec: { replicas: 1 }, status: { ...observed, updatedReplicas: 1, availableReplicas: 1, replicas: 1 } },
    true,
  ],
  [
    ...(["apps/v1", "StatefulSet", "half updated"] as const),
    { spec: { replicas: 3 }, status: { ...observed, currentRevision: "a", updateRevision: "b", updatedReplicas: 1 } },
    /1 of 3 Pods updated/,
  ],
  [
    ...(["apps/v1", "StatefulSet", "updated as far as its partition says"] as const),
    {
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      status: { ...observed, currentRevision: "a", updateRevision: "b", updatedReplicas: 1, readyReplicas: 3 },
    },
    true,
  ],
  [
    "apps/v1",
    "StatefulSet",
    "not ready",
    { spec: { replicas: 2 }, status: { ...observed, readyReplicas: 1 } },
    /1 of 2 Pods ready/,
  ],
  [
    ...(["apps/v1", "DaemonSet", "half updated"] as const),
    { status: { ...observed, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 } },
    /1 of 2 Pods updated/,
  ],
  [
    ...(["apps/v1", "DaemonSet", "half there"] as const),
    { status: { ...observed, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 } },
    /1 of 2 Pods available/,
  ],
  ["apps/v1", "DaemonSet", "where no node wants it", { status: { ...observed, desiredNumberScheduled: 0 } }, true],
  [
    "batch/v1",
    "Job",
    "at work",
    { spec: { completions: 2 }, status: { succeeded: 1, active: 1 } },
    /1 of 2 completions, 1 Pods/,
  ],
  ["batch/v1", "Job", "suspended", { status: { conditions: [condition("Suspended", "True")] } }, true],
  [
    ...(["batch/v1", "Job", "failed"] as const),
    { status: { conditions: [condition("Failed", "True", { reason: "BackoffLimitExceeded" })] } },
    /the Job failed \(BackoffLimitExceeded\)/,
  ],
  ["batch/v1", "Job", "complete", { status: { conditions: [condition("Complete", "True")] } }, true],
  ["v1", "PersistentVolumeClaim", "bound", { status: { phase: "Bound" } }, true],
  ["v1", "PersistentVolumeClaim", "pending", { status: { phase: "Pending" } }, /the claim is Pending/],
  ["v1", "PersistentVolumeClaim", "lost", { status: { phase: "Lost" } }, /the claim lost its volume/],
  [
    ...(["v1", "PersistentVolumeClaim", "for its first consumer"] as const),
    { status: { phase: "Pending" } },
    true,
    { volumeBindingMode: "WaitForFirstConsumer" },
  ],
  ["v1", "PersistentVolume", "available", { status: { phase: "Available" } }, true],
  ["v1", "PersistentVolume", "new", {}, /the volume is Pending/],
  ["v1", "Service", "of another name", { spec: { type: "ExternalName", selector: { app: "a" } } }, true],
  ["v1", "Service", "without a selector", { spec: {} }, true],
  ["v1", "Service", "without a pod", { spec: { selector: { app: "a" } } }, /ready Pod to direct traffic to/],
  ["v1", "Service", "without its balancer", { spec: { type: "LoadBalancer" } }, /address of the load balancer/],
  [
    ...(["v1", "Service", "with its balancer"] as const),
    { spec: { type: "LoadBalancer" }, status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } },
    true,
  ],
  ["networking.k8s.io/v1", "Ingress", "without an address", {}, /address of the Ingress/],
  [
    ...(["networking.k8s.io/v1", "Ingress", "with an address"] as const),
    { status: { loadBalancer: { ingress: [{ hostname: "a" }] } } },
    true,
  ],
];

describe("what the stand-in for the kubernetes plugin waits for", () => {
  for (const [apiVersion, kind, state, values, expected, prepared = {}] of cases)
    it(`${expected === true ? "is there with" : "is not there with"} a ${kind} ${state}`, () => {
      const object = { apiVersion, kind, metadata: { name: "a", generation: 1 }, ...values } as PropertyMap;
      const said = checkFor(object)?.progress(object, {}, prepared);
      expect(said?.ready).to.equal(expected === true);
      if (expected !== true) expect(said?.failed ?? said?.waiting).to.match(expected);
    });

  const annotated = (annotations: Record<string, string>, kind = "Deployment") => ({
    ...{ apiVersion: kind === "Deployment" ? "apps/v1" : "v1", kind },
    metadata: { name: "a", annotations },
  });

  it("is nothing where an annotation says so, or for kinds that are there at once", () => {
    expect(checkFor(annotated({ "pulumi.com/skipAwait": "true" }))).to.equal(undefined);
    expect(checkFor(annotated({}, "ConfigMap"))).to.equal(undefined);
  });

  it("is the usual conditions of other kinds, too, where PULUMI_K8S_AWAIT_ALL asks for that", () => {
    const thing = (status: string) => ({
      ...{ apiVersion: "example.org/v1", kind: "Thing", metadata: { name: "a" } },
      status: { conditions: [condition("Ready", status)] },
    });
    expect(checkFor(thing("False"))).to.equal(undefined);
    process.env["PULUMI_K8S_AWAIT_ALL"] = "true";
    try {
      const ready = (status: string) => checkFor(thing(status))?.progress(thing(status), {}, {}).ready;
      expect([ready("False"), ready("True")]).to.deep.equal([false, true]);
    } finally {
      delete process.env["PULUMI_K8S_AWAIT_ALL"];
    }
  });

  it("takes as long as the option says, else the annotation, else what is usual", () => {
    const context = (timeoutSeconds: number) => ({ timeoutSeconds }) as Context;
    const patient = annotated({ "pulumi.com/timeoutSeconds": "30" });
    expect(timeoutOf(context(5), patient, 600)).to.equal(5);
    expect(timeoutOf(context(0), patient, 600)).to.equal(30);
    expect(timeoutOf(context(0), annotated({ "pulumi.com/timeoutSeconds": "soon" }), 600)).to.equal(600);
  });
});
