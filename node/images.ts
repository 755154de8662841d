/** Images that the node holds before anything runs. */
import { run } from "../toolchain/process";
import { type NodePaths } from "./paths";

/** An image as an archive on this machine. */
export interface NodeImage {
  readonly ref: string;
  readonly archive: string;
  readonly digest: string;
}

/** Digest by reference of the images that the node's containerd has. */
async function present(program: string, words: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
  const lines = (await run(program, [...words, "images", "list"], { signal })).split("\n").slice(1);
  return new Map(lines.map((line) => line.split(/\s+/)).map(([ref = "", , digest = ""]) => [ref, digest]));
}

/** Loads images into the node's containerd, those that it has already left out; two at a time, in the order given. */
export async function loadImages(
  paths: NodePaths,
  ctrProgram: string,
  images: readonly NodeImage[],
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<void> {
  const words = ["--address", paths.containerdSocket, "--namespace", "k8s.io"];
  const had = await present(ctrProgram, words, signal);
  const wanted = images.filter(({ ref, digest }) => had.get(ref) !== digest);
  let begun = 0;
  const worker = async () => {
    for (let image = wanted[begun++]; image; image = wanted[begun++]) {
      status(`loading image ${begun > wanted.length ? wanted.length : begun} of ${wanted.length}: ${image.ref}`);
      // This client ends with the command: without a containerd it would wait for ever.
      await run(ctrProgram, [...words, "images", "import", image.archive], { signal });
    }
  };
  await Promise.all([worker(), worker()]);
}
