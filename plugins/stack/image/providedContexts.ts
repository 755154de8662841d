/** Named build contexts that the toolchain makes, for what a Dockerfile cannot fetch by itself everywhere. */
import type { Progress } from "../../../toolchain";
import { ensureTfjsNode, tfjsNodeIdentity } from "../../../infra/recipes/tfjsNode";

interface Provided {
  /** What the folder will hold, without making it: previews ask for it. */
  identity(this: void): string;
  /** Makes the folder, when it is not there yet. */
  ensure(this: void, progress: Progress): Promise<string>;
}

/** The folders by name. */
export const providedContexts = {
  /** The native addon of tfjs-node with the TensorFlow libraries it was built against. */
  "tfjs-node": { identity: tfjsNodeIdentity, ensure: ensureTfjsNode },
} as const satisfies Record<string, Provided>;

/** The name of a folder that the toolchain makes. */
export type ProvidedContext = keyof typeof providedContexts;
