import type { Example } from "../example";
import { authorizationPolicy, authorizationPolicyOfTargets } from "./authorizationPolicy";
import { experiment } from "./experiment";
import { clusterStorageContainer, inferenceService, servingRuntime } from "./kserve";
import { notebook } from "./notebook";
import { pipeline, pipelineVersion } from "./pipeline";
import { podDefault } from "./podDefault";
import { profile } from "./profile";
import { seldonDeployment } from "./seldonDeployment";
import { tfJob } from "./tfJob";
import { trainJob } from "./trainJob";
import { virtualService } from "./virtualService";

/** One of every kind in `infra/crds`. */
export const examples: readonly Example[] = [
  authorizationPolicy,
  authorizationPolicyOfTargets,
  clusterStorageContainer,
  experiment,
  inferenceService,
  notebook,
  pipeline,
  pipelineVersion,
  podDefault,
  profile,
  seldonDeployment,
  servingRuntime,
  tfJob,
  trainJob,
  virtualService,
];
