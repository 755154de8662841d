/** The profiles: which products, in an order in which each comes after what it needs. */
import type { Settings } from "../settings";
import { certManager } from "./certManager";
import { knative } from "./knative";
import { kourier } from "./kourier";
import { kserve } from "./kserve";
import { kubeflowNamespace } from "./kubeflowNamespace";
import { kubeflow } from "./kubeflow";
import type { Product } from "./product";
import { trainingOperator } from "./trainingOperator";

/** The products of each profile; Kourier only where it is asked for (`knativeIngress`). */
export const profiles: Readonly<Record<Settings["profile"], readonly Product[]>> = {
  core: [kubeflowNamespace, certManager, knative, kourier, kserve, trainingOperator],
  full: kubeflow,
};
