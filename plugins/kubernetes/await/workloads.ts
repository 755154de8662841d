/** When Deployments, StatefulSets, DaemonSets, Jobs and Pods are ready. */
import { type PropertyMap } from "../../base";
import { listAt, numberAt, textAt } from "../object";
import type { Check, Progress, Related } from "./check";
import { condition, isPodReady, podProblems, podsOf } from "./pods";

const TEN_MINUTES = 600;

/** Whether the controller has seen the object as it is now. */
function isObserved(object: PropertyMap): boolean {
  return numberAt(object, 0, "status", "observedGeneration") >= numberAt(object, 0, "metadata", "generation");
}

/** A workload that is not there yet, with what its pods say about it. */
function notYet(waiting: string, related: Related): Progress {
  const pods = related["pods"] ?? [];
  return { ready: false, waiting, reasons: pods.flatMap(podProblems), suspects: pods };
}

const podsRelated = (object: PropertyMap): { pods: ReturnType<typeof podsOf> } => ({ pods: podsOf(object) });

export const deployment: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  related: podsRelated,
  progress(object, related) {
    if (!isObserved(object)) return notYet("waiting for the Deployment controller to take notice", related);
    const wanted = numberAt(object, 1, "spec", "replicas");
    const count = (field: string): number => numberAt(object, 0, "status", field);
    const progressing = condition(object, "Progressing");
    if (textAt(progressing, "reason") === "ProgressDeadlineExceeded") {
      const failed = `the Deployment exceeded its progress deadline: ${textAt(progressing, "message")}`;
      return { ...notYet("", related), failed };
    }
    const failure = condition(object, "ReplicaFailure");
    const trouble = textAt(failure, "status") === "True" ? [textAt(failure, "message")] : [];
    const available = count("availableReplicas");
    if (count("updatedReplicas") < wanted) {
      const state = notYet(`${count("updatedReplicas")} of ${wanted} Pods made from the new template`, related);
      return { ...state, reasons: [...trouble, ...(state.reasons ?? [])] };
    }
    if (available < wanted) return notYet(`${available} of ${wanted} Pods available`, related);
    const old = count("replicas") - count("updatedReplicas");
    if (old > 0) return notYet(`${old} Pods of the old template still ending`, related);
    return { ready: true };
  },
};

export const statefulSet: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  related: podsRelated,
  progress(object, related) {
    if (!isObserved(object)) return notYet("waiting for the StatefulSet controller to take notice", related);
    const wanted = numberAt(object, 1, "spec", "replicas");
    const count = (field: string): number => numberAt(object, 0, "status", field);
    if (textAt(object, "spec", "updateStrategy", "type") !== "OnDelete") {
      const partition = numberAt(object, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
      const current = textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
      const updated = current ? wanted : count("updatedReplicas");
      if (updated < wanted - partition) return notYet(`${updated} of ${wanted - partition} Pods updated`, related);
    }
    if (count("readyReplicas") < wanted) return notYet(`${count("readyReplicas")} of ${wanted} Pods ready`, related);
    return { ready: true };
  },
};

export const daemonSet: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  related: podsRelated,
  progress(object, related) {
    if (!isObserved(object)) return notYet("waiting for the DaemonSet controller to take notice", related);
    const count = (field: string): number => numberAt(object, 0, "status", field);
    const wanted = count("desiredNumberScheduled");
    const rolling = textAt(object, "spec", "updateStrategy", "type") !== "OnDelete";
    if (rolling && count("updatedNumberScheduled") < wanted) {
      return notYet(`${count("updatedNumberScheduled")} of ${wanted} Pods updated`, related);
    }
    if (count("numberAvailable") < wanted)
      return notYet(`${count("numberAvailable")} of ${wanted} Pods available`, related);
    return { ready: true };
  },
};

export const job: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  related: podsRelated,
  progress(object, related) {
    if (textAt(condition(object, "Complete"), "status") === "True") return { ready: true };
    // A suspended Job runs when somebody resumes it; that is not ours to wait for.
    if (textAt(condition(object, "Suspended"), "status") === "True") return { ready: true };
    const failed = condition(object, "Failed");
    if (textAt(failed, "status") === "True") {
      const why = [textAt(failed, "reason"), textAt(failed, "message")].filter((text) => text !== "").join(": ");
      return { ...notYet("", related), failed: `the Job failed (${why})` };
    }
    const done = numberAt(object, 0, "status", "succeeded");
    const wanted = numberAt(object, 1, "spec", "completions");
    const active = numberAt(object, 0, "status", "active");
    return notYet(`${done} of ${wanted} completions, ${active} Pods at work`, related);
  },
};

export const pod: Check = {
  timeoutSeconds: 300,
  onRead: true,
  progress(object) {
    const phase = textAt(object, "status", "phase");
    if (phase === "Succeeded" || isPodReady(object)) return { ready: true };
    const state = notYet(`the Pod is ${phase === "" ? "not seen by a node yet" : phase}`, { pods: [object] });
    const restarts = textAt(object, "spec", "restartPolicy") !== "Never";
    return phase === "Failed" && !restarts ? { ...state, failed: "the Pod failed" } : state;
  },
};

/** A ReplicationController is what a Deployment was before Deployments. */
export const replicationController: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: false,
  progress(object) {
    const wanted = numberAt(object, 1, "spec", "replicas");
    const ready = numberAt(object, 0, "status", "availableReplicas");
    if (isObserved(object) && ready >= wanted) return { ready: true };
    return {
      ready: false,
      waiting: `${ready} of ${wanted} Pods available`,
      reasons: listAt(object, "status", "conditions").map((item) => textAt(item, "message")),
    };
  },
};
