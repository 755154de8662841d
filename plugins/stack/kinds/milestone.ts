/** `kubeflow-stack:manifests:Milestone`: there once everything it depends on is. Holds nothing in the cluster. */
import type { Kind } from "../../base";

export const milestone: Kind<object, object> = {
  type: "kubeflow-stack:manifests:Milestone",

  create: (_inputs, ctx) => ({ id: ctx.name, state: {} }),

  delete() {},
};
