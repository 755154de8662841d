/** Readiness of custom resources by the conventions most of them keep. */
import { type PropertyMap } from "../../base";
import { numberAt, at, textAt } from "../object";
import type { Check, Progress } from "./check";
import { condition } from "./pods";

/**
 * Ready when the controller has seen the object and no standard condition says otherwise
 * (`Ready`, `Available`, `Reconciling`, `Stalled`). Objects without any count as ready. Used with PULUMI_K8S_AWAIT_ALL.
 */
export const generic: Check = {
  timeoutSeconds: 600,
  onRead: false,
  progress(object: PropertyMap): Progress {
    const observed = at(object, "status", "observedGeneration");
    if (typeof observed === "number" && observed < numberAt(object, 0, "metadata", "generation")) {
      return { ready: false, waiting: "waiting for its controller to take notice" };
    }
    const stalled = condition(object, "Stalled");
    if (textAt(stalled, "status") === "True")
      return { ready: false, failed: `it is stalled: ${textAt(stalled, "message")}` };
    if (textAt(condition(object, "Reconciling"), "status") === "True") {
      return { ready: false, waiting: textAt(condition(object, "Reconciling"), "message") || "being reconciled" };
    }
    const ready = condition(object, "Ready") ?? condition(object, "Available");
    if (ready === undefined || textAt(ready, "status") === "True") return { ready: true };
    const why = textAt(ready, "message") || textAt(ready, "reason");
    return { ready: false, waiting: why || "not ready", reasons: [`it is not ready: ${why}`] };
  },
};
