import type { Point, Stroke } from "./drawing";

/** Width of the pen in units of the field's side: about MNIST's own, when a digit fills two thirds of the field. */
export const penWidth = 0.08;

/** Side of the image that the model reads, in pixels. */
export const imageSide = 28;

const boxSide = 20;
// MNIST's centres of mass lie in the middle of pixel 14, which is half a pixel right of and below the geometric centre.
const centreOfMass = 14.5;
// Hardly a MNIST digit touches the frame, however far its mass lies from its middle.
const furthest = 3;
const thinnest = 2;
const thickest = 3.4;
// A drawing smaller than this part of the field is left small: blown up, a dot or a slip of the hand would look like a digit.
const smallest = 0.15;

/**
 * The drawing as the MNIST digits were made: its bounding box scaled to 20 by 20 pixels with its aspect kept, anti-aliased,
 * and its centre of mass moved to the centre of 28 by 28 pixels.
 *
 * It is drawn afresh at that size from its strokes, not scaled down from pixels, so that neither the screen's resolution
 * nor the drawing's size changes how thick the lines are to the model.
 *
 * @returns 784 intensities, row by row, 0 for paper to 1 for ink; all 0 for no strokes.
 */
export function digitImage(strokes: readonly Stroke[], pen: number = penWidth): number[] {
  const points = strokes.flat();
  const image = new Array<number>(imageSide * imageSide).fill(0);
  if (points.length === 0) return image;

  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const side = Math.max(right - left, bottom - top, smallest - pen);
  const thickness = Math.min(thickest, Math.max(thinnest, (pen * boxSide) / (side + pen)));
  const scale = (boxSide - thickness) / side;

  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const place = (centre: Point) => (point: Point) => ({
    x: (point.x - middle.x) * scale + centre.x,
    y: (point.y - middle.y) * scale + centre.y,
  });
  const render = (centre: Point): void => {
    image.fill(0);
    for (const stroke of strokes) drawStroke(image, stroke.map(place(centre)), thickness / 2);
  };

  const first = { x: imageSide / 2, y: imageSide / 2 };
  render(first);
  const mass = massCentre(image);
  const shift = (from: number): number => Math.min(furthest, Math.max(-furthest, centreOfMass - from));
  render({ x: first.x + shift(mass.x), y: first.y + shift(mass.y) });
  return image;
}

function drawStroke(image: number[], stroke: Stroke, radius: number): void {
  stroke.forEach((to, index) => drawSegment(image, stroke[index - 1] ?? to, to, radius));
}

function drawSegment(image: number[], from: Point, to: Point, radius: number): void {
  const reach = radius + 1;
  const firstRow = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const lastRow = Math.min(imageSide - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  const firstColumn = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const lastColumn = Math.min(imageSide - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const distance = distanceToSegment({ x: column + 0.5, y: row + 0.5 }, from, to);
      const covered = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const at = row * imageSide + column;
      if (covered > (image[at] ?? 0)) image[at] = covered;
    }
  }
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length2;
  const t = Math.min(1, Math.max(0, along));
  const x = point.x - from.x - t * dx;
  const y = point.y - from.y - t * dy;
  // Math.hypot is ten times slower, and this runs at every move of the pen.
  return Math.sqrt(x * x + y * y);
}

function massCentre(image: readonly number[]): Point {
  let mass = 0;
  let x = 0;
  let y = 0;
  image.forEach((value, index) => {
    mass += value;
    x += value * ((index % imageSide) + 0.5);
    y += value * (Math.floor(index / imageSide) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}
