import { certManager } from "./certManager";
import { dex } from "./dex";
import { gateway } from "./gateway";
import { istio } from "./istio";
import { katib } from "./katib";
import { knative } from "./knative";
import { knativeEventing } from "./knativeEventing";
import { kourier } from "./kourier";
import { kserve } from "./kserve";
import { kubeflowNamespace } from "./kubeflowNamespace";
import { minio } from "./minio";
import { oauth2Proxy } from "./oauth2Proxy";
import { overlayProducts } from "./overlays";
import { pipelines } from "./pipelines";
import type { Product } from "./product";
import { profiles } from "./profiles";
import { trainer } from "./trainer";
import { trainingOperator } from "./trainingOperator";

/**
 * Every product, each after those that it needs to be ready. A new one is a line here; `profiles` of its own file says which profiles
 * have it.
 */
export const products: readonly Product[] = [
  kubeflowNamespace,
  minio,
  certManager,
  istio,
  gateway,
  dex,
  oauth2Proxy,
  knative,
  kourier,
  knativeEventing,
  pipelines,
  katib,
  profiles,
  trainer,
  kserve,
  trainingOperator,
  ...overlayProducts,
];
