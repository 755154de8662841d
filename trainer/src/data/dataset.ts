/** Images of one size with a label each. */
export interface Examples {
  /** Pixels 0 (black) to 1 (white), one image after the other, row by row. */
  images: Float32Array;
  /** The class of each image. */
  labels: Int32Array;
}

/** What a model is trained on and what it is judged by. */
export interface Dataset {
  name: string;
  train: Examples;
  heldOut: Examples;
  /** sha256 of what was read, hex. */
  sha256: string;
}

/** Pixels of one image. */
export const IMAGE_SIZE = 28 * 28;

/** Classes. */
export const CLASSES = 10;
