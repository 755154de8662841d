/**
 * `kubeflow-stack:manifests:Milestone`, a barrier: created once all its dependencies are ready, so that N dependents list one resource
 * instead of M. Creates nothing in the cluster.
 */
import type { Kind } from "../../base";

export const barrier: Kind<object, object> = {
  type: "kubeflow-stack:manifests:Milestone",

  create: (_inputs, ctx) => ({ id: ctx.name, state: {} }),

  delete() {},
};
