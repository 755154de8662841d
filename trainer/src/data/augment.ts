import type { PRNG } from "seedrandom";

/** How far a training image may be moved; 0 everywhere leaves images as they are. */
export interface Augmentation {
  /** Largest rotation either way, in degrees. */
  rotation: number;
  /** Largest shift either way, in pixels. */
  shift: number;
  /** Largest change of size either way, as a fraction of it. */
  scale: number;
  /** Largest slant either way, as a fraction of the height. */
  shear: number;
}

const SIZE = 28;
const CENTRE = (SIZE - 1) / 2;

/**
 * Writes a randomly rotated, scaled, slanted and shifted copy of a 28x28 image, bilinearly sampled.
 * @param source where the image is read from, at `sourceOffset`.
 * @param target where the copy is written, at `targetOffset`.
 * @param random the generator of this image's movement; always takes the same number of values from it.
 */
export function augment(
  source: Float32Array,
  sourceOffset: number,
  target: Float32Array,
  targetOffset: number,
  { rotation, shift, scale, shear }: Augmentation,
  random: PRNG,
): void {
  const spread = (amount: number): number => (random.quick() * 2 - 1) * amount;
  const angle = (spread(rotation) * Math.PI) / 180;
  const slant = spread(shear);
  const scaleX = 1 / (1 + spread(scale));
  const scaleY = 1 / (1 + spread(scale));
  const shiftX = spread(shift);
  const shiftY = spread(shift);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  // Each target pixel is looked up at (xx * x + xy * y + x0, yx * x + yy * y + y0) of the source.
  const xx = cos * scaleX;
  const xy = (-sin + slant) * scaleX;
  const yx = sin * scaleY;
  const yy = cos * scaleY;
  const x0 = CENTRE + shiftX - (xx + xy) * CENTRE;
  const y0 = CENTRE + shiftY - (yx + yy) * CENTRE;
  for (let y = 0, out = targetOffset; y < SIZE; y++) {
    let sx = xy * y + x0;
    let sy = yx * 0 + yy * y + y0;
    for (let x = 0; x < SIZE; x++, out++, sx += xx, sy += yx) {
      const left = Math.floor(sx);
      const top = Math.floor(sy);
      if (left < -1 || top < -1 || left >= SIZE || top >= SIZE) {
        target[out] = 0;
        continue;
      }
      const fx = sx - left;
      const fy = sy - top;
      const at = sourceOffset + top * SIZE + left;
      const hasLeft = left >= 0;
      const hasRight = left < SIZE - 1;
      let value = 0;
      if (top >= 0) {
        if (hasLeft) value += (1 - fx) * (1 - fy) * source[at]!;
        if (hasRight) value += fx * (1 - fy) * source[at + 1]!;
      }
      if (top < SIZE - 1) {
        if (hasLeft) value += (1 - fx) * fy * source[at + SIZE]!;
        if (hasRight) value += fx * fy * source[at + SIZE + 1]!;
      }
      target[out] = value;
    }
  }
}
