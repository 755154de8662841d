/** Images that the node holds before anything runs. */
import { type NodePaths } from "./paths";
import { run } from "./enter";

/** An image as an archive on this machine. */
export interface NodeImage {
  readonly ref: string;
  readonly archive: string;
  readonly digest: string;
}

/** Digest by reference of the images that the node's containerd has. */
async function present(ctr: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
  const lines = (await run([...ctr, "images", "list"], { signal })).split("\n").slice(1);
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
  const ctr = [ctrProgram, "--address", paths.containerdSocket, "--namespace", "k8s.io"];
  const had = await present(ctr, signal);
  const wanted = images.filter(({ ref, digest }) => had.get(ref) !== digest);
  let begun = 0;
  const worker = async () => {
    for (let image = wanted[begun++]; image; image = wanted[begun++]) {
      status(`loading image ${begun > wanted.length ? wanted.length : begun} of ${wanted.length}: ${image.ref}`);
      await run([...ctr, "images", "import", image.archive], { signal });
    }
  };
  await Promise.all([worker(), worker()]);
}
