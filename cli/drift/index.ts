import { exportStack } from "../engine/stack";
import type { Session } from "../engine/session";
import { connect, type ClusterApi } from "./cluster";
import { declaredObjects, providerKubeconfig } from "./declared";
import { findDrift, type Drift } from "./find";

/** The drift of a stack, and the cluster it was found in for as long as `use` runs. */
export async function withDrift<T>(
  { options, pulumi }: Session,
  use: (drifts: Drift[], api: ClusterApi) => Promise<T>,
): Promise<T | undefined> {
  const deployment = await exportStack(options, pulumi, true);
  const kubeconfig = providerKubeconfig(deployment);
  if (kubeconfig === undefined) return undefined;
  const api = await connect(kubeconfig);
  try {
    return await use(await findDrift(declaredObjects(deployment), api), api);
  } finally {
    api.close();
  }
}
