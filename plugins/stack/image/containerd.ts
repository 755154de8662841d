/** The images of a node, through its containerd's socket. */
import { connect } from "node:net";
import { silent } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import { run } from "../../../toolchain/process";

/** Kubernetes' own corner of containerd. */
const namespace = "k8s.io";

async function ctr(socket: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const toolbox = await ensureTools(["containerd"], silent);
  return run(toolbox.bin("ctr"), ["--address", socket, "--namespace", namespace, ...args], { signal });
}

/** Whether anybody listens. ctr itself would try for ten seconds where a node has been stopped. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const end = (answer: boolean): void => {
      connection.destroy();
      resolve(answer);
    };
    connection.once("connect", () => end(true)).once("error", () => end(false));
  });
}

/** Whether a node has an image. A node that does not answer has none. */
export async function nodeHasImage(socket: string, ref: string): Promise<boolean> {
  if (!(await answers(socket))) return false;
  const out = await ctr(socket, ["images", "ls", "--quiet", `name==${ref}`]).catch(() => "");
  return out.split("\n").includes(ref);
}

/**
 * Loads an image from an OCI archive.
 *
 * The image is marked as pinned, so that the kubelet does not collect it when the disk fills up: nobody could pull it again.
 */
export async function loadIntoNode(socket: string, ref: string, archive: string, signal?: AbortSignal): Promise<void> {
  if (!(await answers(socket))) {
    throw new Error(`No containerd answers at ${socket}, so ${ref} cannot be loaded; is the node running?`);
  }
  // Its digest is listed under its name as well, which is what the kubelet reports a pod's image by.
  await ctr(socket, ["images", "import", "--digests", "--base-name", repository(ref), archive], signal);
  if (!(await nodeHasImage(socket, ref))) {
    throw new Error(
      `The node at ${socket} took ${archive} but does not list ${ref}; delete the file, and it is built again.`,
    );
  }
  await ctr(socket, ["images", "label", ref, "io.cri-containerd.pinned=pinned"], signal);
}

/** Removes an image from a node. One that is gone already, or whose node is, is fine. */
export async function removeFromNode(socket: string, ref: string, digest: string): Promise<void> {
  if (!(await answers(socket))) return;
  for (const name of [ref, `${repository(ref)}@${digest}`]) {
    if (await nodeHasImage(socket, name)) await ctr(socket, ["images", "rm", name]);
  }
}

function repository(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(":"));
}
