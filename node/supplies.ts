/** What a node is made from, as its maker is handed it. */
import { type NodeImage } from "./images";
import { type NodeTools } from "./tools";

/** Programs and images for a node, and ears for what happens. */
export interface Supplies {
  readonly tools: NodeTools;
  /** The pause image, by reference, for containerd's configuration. */
  readonly pause: string;
  /** Archives of images, in the order asked for. */
  readonly images: (refs: readonly string[]) => Promise<readonly NodeImage[]>;
  /** References of what the control plane needs to start, in order of need, and of what runs soon after. */
  readonly bootImages: { readonly first: readonly string[]; readonly then: readonly string[] };
  readonly signal: AbortSignal;
  /** Told what is being done. */
  readonly status: (message: string) => void;
}
