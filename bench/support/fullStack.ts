import type { KubeObject } from "../../kube/object";
import { startSimulatedCluster } from "../../tests/support/simulated/simulatedCluster";
import { Kubectl } from "./kubectl";
import { SimulatedStack } from "../../tests/support/simulated/simulatedStack";

/** What one size came to: seconds, unless it says otherwise. */
export interface Figures {
  readonly objects: number;
  readonly here: { readonly up: number; readonly preview: number; readonly drift: number; readonly down: number };
  readonly kubectl: {
    readonly apply: number;
    readonly attempts: number;
    readonly diff: number;
    readonly delete: number;
  };
  /** Bytes. */
  readonly state: number;
  /** Bytes of the same, compressed as it lies on the disk. */
  readonly file: number;
}

/**
 * Brings all of Kubeflow up, looks at it and takes it down, nothing awaited, first as a stack and then by kubectl with the same
 * objects, each on a simulated cluster of its own.
 * @param copies - how often each object is to be there
 * @throws when anything fails, when there is something to change right after `up`, or when `down` leaves something
 */
export async function measure(copies: number): Promise<Figures> {
  const { objects, here, sizes } = await asStack(copies);
  const kubectl = await byKubectl(objects);
  return { objects: objects.length, here, kubectl, ...sizes };
}

async function asStack(copies: number) {
  const cluster = await startSimulatedCluster();
  try {
    return await onCluster(await SimulatedStack.create(cluster, copies));
  } finally {
    await cluster.stop();
  }
}

async function onCluster(stack: SimulatedStack) {
  try {
    const up = await stack.seconds("up");
    const sizes = stack.stateSize();
    const preview = await stack.seconds("preview", { unchanged: true });
    const drift = await stack.seconds("drift");
    const objects = await stack.objects();
    const down = await stack.down();
    return { objects, sizes, here: { up, preview, drift, down } };
  } finally {
    stack.remove();
  }
}

async function byKubectl(objects: readonly KubeObject[]): Promise<Figures["kubectl"]> {
  const cluster = await startSimulatedCluster();
  const kubectl = await Kubectl.make(cluster.kubeconfigPath, objects);
  try {
    const { seconds: apply, attempts } = await kubectl.applyLoop();
    const diff = await kubectl.diff();
    return { apply, attempts, diff, delete: await kubectl.delete() };
  } finally {
    kubectl.remove();
    await cluster.stop();
  }
}
