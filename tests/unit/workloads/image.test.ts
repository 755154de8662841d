import { expect } from "chai";
import { digitImage, imageSide } from "../../../workloads/digits/page/public/image";
import type { Stroke } from "../../../workloads/digits/page/public/drawing";

const one: Stroke = [
  { x: 0.5, y: 0.2 },
  { x: 0.5, y: 0.8 },
];
const seven: Stroke = [
  { x: 0.3, y: 0.25 },
  { x: 0.7, y: 0.25 },
  { x: 0.45, y: 0.8 },
];
const move = (stroke: Stroke, factor: number, dx: number, dy: number): Stroke =>
  stroke.map(({ x, y }) => ({ x: x * factor + dx, y: y * factor + dy }));

/** The rows and columns that hold ink, and where its mass lies, in pixels. */
function measure(image: number[]) {
  const inked = image.flatMap((value, index) => (value > 0.02 ? [index] : []));
  const rows = inked.map((index) => Math.floor(index / imageSide));
  const columns = inked.map((index) => index % imageSide);
  const mass = image.reduce((sum, value) => sum + value, 0);
  return {
    height: Math.max(...rows) - Math.min(...rows) + 1,
    width: Math.max(...columns) - Math.min(...columns) + 1,
    top: Math.min(...rows),
    bottom: Math.max(...rows),
    mass,
    x: image.reduce((sum, value, index) => sum + value * ((index % imageSide) + 0.5), 0) / mass,
    y: image.reduce((sum, value, index) => sum + value * (Math.floor(index / imageSide) + 0.5), 0) / mass,
  };
}
const distance = (a: number[], b: number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))));

describe("digitImage", () => {
  it("is blank for no strokes", () => {
    const image = digitImage([]);
    expect(image).to.have.length(784);
    expect(image.every((value) => value === 0)).to.equal(true);
  });

  it("lies between 0 and 1, with full ink inside a line and shades at its edge", () => {
    const image = digitImage([seven]);
    expect(Math.min(...image)).to.equal(0);
    expect(Math.max(...image)).to.equal(1);
    expect(image.filter((value) => value > 0 && value < 1)).to.have.length.greaterThan(20);
  });

  it("makes the longer side 20 pixels and keeps the aspect", () => {
    const { height, width } = measure(digitImage([one]));
    expect(height).to.be.within(20, 22);
    expect(width).to.be.within(2, 5);
    const square = measure(digitImage([[...one, { x: 0.8, y: 0.8 }, { x: 0.8, y: 0.2 }, { x: 0.5, y: 0.2 }]]));
    expect(square.width / square.height).to.be.within(0.5, 0.65);
  });

  it("puts the centre of mass where MNIST has it", () => {
    const { x, y } = measure(digitImage([one]));
    expect(x).to.be.closeTo(14.5, 0.05);
    expect(y).to.be.closeTo(14.5, 0.05);
  });

  it("keeps a digit whose mass lies far from its middle inside the frame", () => {
    const heavyTop = [
      seven,
      [
        { x: 0.3, y: 0.2 },
        { x: 0.7, y: 0.2 },
      ],
      [
        { x: 0.3, y: 0.3 },
        { x: 0.7, y: 0.3 },
      ],
    ];
    const { top, bottom, height } = measure(digitImage(heavyTop));
    expect(top).to.be.at.least(0);
    expect(bottom).to.be.at.most(27);
    expect(height).to.be.within(20, 22);
  });

  it("does not depend on where and how large a digit is drawn", () => {
    const image = digitImage([seven]);
    expect(distance(image, digitImage([move(seven, 1, 0.2, -0.1)]))).to.be.below(1e-9);
    const small = measure(digitImage([move(seven, 0.4, 0, 0)]));
    expect(small.height).to.equal(measure(image).height);
    expect(small.mass).to.be.within(0.8 * measure(image).mass, 1.5 * measure(image).mass);
  });

  it("joins the points of a stroke, and not one stroke with the next", () => {
    const two = digitImage([
      [
        { x: 0.3, y: 0.2 },
        { x: 0.3, y: 0.8 },
      ],
      [
        { x: 0.7, y: 0.2 },
        { x: 0.7, y: 0.8 },
      ],
    ]);
    expect(two[14 * imageSide + 14]).to.equal(0);
  });

  it("leaves a dot a dot", () => {
    const { height, width } = measure(digitImage([[{ x: 0.1, y: 0.9 }]]));
    expect(height).to.be.within(2, 6);
    expect(width).to.be.within(2, 6);
  });

  it("is quick enough to be made at every move", () => {
    const long: Stroke = Array.from({ length: 2000 }, (_, index) => ({
      x: 0.5 + 0.3 * Math.sin(index / 20),
      y: 0.5 + 0.3 * Math.cos(index / 33),
    }));
    digitImage([long]);
    const started = performance.now();
    digitImage([long]);
    expect(performance.now() - started).to.be.below(100);
  });
});
