import { exportStack } from "../engine/stack";
import type { Session } from "../engine/session";
import { connect, type ClusterApi } from "./cluster";
import { declaredCrds } from "./crds";
import { declaredObjects, providerKubeconfig, type Declared } from "./declared";
import { findDrift } from "./find";
import type { Drift } from "./judge";

/** What a stack declares, and the cluster it should be in. */
export interface Place {
  readonly declared: readonly Declared[];
  readonly api: ClusterApi;
}

/**
 * Opens the cluster of a stack for as long as `use` runs.
 * @returns undefined when the stack has no cluster yet
 */
export async function withCluster<T>(
  { options, pulumi }: Session,
  use: (place: Place) => Promise<T>,
): Promise<T | undefined> {
  const deployment = await exportStack(options, pulumi, true);
  const kubeconfig = providerKubeconfig(deployment);
  if (kubeconfig === undefined) return undefined;
  const api = await connect(kubeconfig);
  try {
    return await use({ declared: [...declaredObjects(deployment), ...declaredCrds(deployment)], api });
  } finally {
    api.close();
  }
}

/**
 * The drift of a stack; undefined when it has no cluster yet.
 * @throws UnreachableError when the cluster does not answer
 */
export const driftOfStack = (session: Session): Promise<Drift[] | undefined> =>
  withCluster(session, ({ declared, api }) => findDrift(declared, api));
