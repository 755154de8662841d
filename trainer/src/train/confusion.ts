import { PNG } from "pngjs";
import { CLASSES } from "../data/dataset";

/** How often each digit (row) was taken for each (column). */
export type Confusion = number[][];

/** Counts how often each true class was taken for each class. */
export function confusionOf(labels: Int32Array, guesses: Int32Array): Confusion {
  const counts = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  labels.forEach((label, index) => counts[label]![guesses[index]!]!++);
  return counts;
}

/** The digits 0 to 9, 3 wide and 5 high, one octal figure a row. */
const GLYPHS = ["75557", "26227", "71747", "71717", "55711", "74717", "74757", "71111", "75757", "75717"];
const GLYPH_WIDTH = 4;
const GLYPH_HEIGHT = 5;
const CELL = 48;
const EDGE = CELL;
const SIZE = EDGE + CLASSES * CELL;

type Colour = readonly [red: number, green: number, blue: number];
const INK: Colour = [32, 33, 36];
const PAPER: Colour = [255, 255, 255];
const RIGHT: Colour = [21, 101, 192];
const WRONG: Colour = [198, 40, 40];

/**
 * Draws a confusion matrix as a PNG: true digits down the left, guessed ones along the top; right answers blue, mistakes
 * red, both the stronger the more there are.
 */
export function confusionPicture(confusion: Confusion): Buffer {
  const picture = new PNG({ width: SIZE, height: SIZE });
  fill(picture, 0, 0, SIZE, SIZE, PAPER);
  const mostRight = Math.max(1, ...confusion.map((row, digit) => row[digit]!));
  const mostWrong = Math.max(1, ...confusion.flatMap((row, digit) => row.filter((_, guess) => guess !== digit)));
  for (let digit = 0; digit < CLASSES; digit++) {
    const place = EDGE + digit * CELL;
    write(picture, String(digit), 0, place, INK);
    write(picture, String(digit), place, 0, INK);
    confusion[digit]!.forEach((count, guess) => {
      const share = digit === guess ? count / mostRight : count / mostWrong;
      const colour = mix(PAPER, digit === guess ? RIGHT : WRONG, count > 0 ? 0.15 + 0.85 * share : 0);
      fill(picture, EDGE + guess * CELL + 1, place + 1, CELL - 2, CELL - 2, colour);
      if (count > 0) write(picture, String(count), EDGE + guess * CELL, place, share > 0.5 ? PAPER : INK);
    });
  }
  return PNG.sync.write(picture);
}

const mix = (from: Colour, to: Colour, share: number): Colour =>
  from.map((value, channel) => Math.round(value + (to[channel]! - value) * share)) as unknown as Colour;

/** Writes a number into the middle of the cell whose corner is given. */
function write(picture: PNG, text: string, left: number, top: number, colour: Colour): void {
  const scale = text.length > 3 ? 2 : 3;
  const width = (text.length * GLYPH_WIDTH - 1) * scale;
  const x0 = left + Math.round((CELL - width) / 2);
  const y0 = top + Math.round((CELL - GLYPH_HEIGHT * scale) / 2);
  [...text].forEach((figure, index) => {
    [...GLYPHS[Number(figure)]!].forEach((row, y) => {
      for (let x = 0; x < 3; x++)
        if (Number(row) & (4 >> x))
          fill(picture, x0 + (index * GLYPH_WIDTH + x) * scale, y0 + y * scale, scale, scale, colour);
    });
  });
}

function fill(picture: PNG, left: number, top: number, width: number, height: number, colour: Colour): void {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) picture.data.set([...colour, 255], (y * SIZE + x) * 4);
}
