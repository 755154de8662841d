import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import seedrandom from "seedrandom";
import { augment } from "../src/data/augment";
import { IMAGE_SIZE } from "../src/data/dataset";
import { embeddedDigits } from "../src/data/embedded";
import { DatasetError, idxDigits } from "../src/data/idx";

const sha256 = (bytes: NodeJS.ArrayBufferView): string => createHash("sha256").update(bytes).digest("hex");

describe("the data", () => {
  describe("the embedded digits", () => {
    const { train, heldOut } = embeddedDigits();

    it("are 8,000 to train on and 2,000 held out", () => {
      expect(train.labels).to.have.length(8000);
      expect(heldOut.labels).to.have.length(2000);
      expect(train.images).to.have.length(8000 * IMAGE_SIZE);
      expect([Math.min(...heldOut.labels), Math.max(...heldOut.labels)]).to.deep.equal([0, 9]);
    });

    it("are split the same way for ever", () => {
      expect(sha256(heldOut.labels)).to.equal("a6f24febf4de4b31a0aec7aa5cfa4f1a56eb98ef2addf7273a978b92c139d6bf");
    });

    it("have no image on both sides", () => {
      const digest = ({ images }: typeof train, index: number): string =>
        sha256(images.subarray(index * IMAGE_SIZE, (index + 1) * IMAGE_SIZE));
      const learned = new Set(Array.from(train.labels, (_, index) => digest(train, index)));
      expect(learned.size).to.equal(8000);
      expect(Array.from(heldOut.labels, (_, index) => digest(heldOut, index)).filter((each) => learned.has(each))).to.be
        .empty;
    });
  });

  describe("a data set of IDX files", () => {
    const header = (...words: number[]): Buffer =>
      Buffer.concat(words.map((word) => Buffer.from(Uint32Array.of(word).buffer).reverse()));
    const images = (count: number): Buffer =>
      Buffer.concat([header(0x803, count, 28, 28), Buffer.alloc(count * IMAGE_SIZE, 51)]);
    const labels = (...values: number[]): Buffer => Buffer.concat([header(0x801, values.length), Buffer.from(values)]);
    const good = (): Record<string, Buffer> => ({
      "train-images-idx3-ubyte.gz": gzipSync(images(3)),
      "train-labels-idx1-ubyte": labels(1, 2, 3),
      "t10k-images-idx3-ubyte": images(2),
      "t10k-labels-idx1-ubyte.gz": gzipSync(labels(4, 9)),
    });
    const load = (files: Record<string, Buffer>, sums = files) =>
      idxDigits(
        "s3://data/mnist",
        Object.fromEntries(Object.entries(sums).map(([name, bytes]) => [name, sha256(bytes)])),
        (name) => Promise.resolve(files[name]!),
      );
    const failure = async (work: Promise<unknown>): Promise<string> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(DatasetError);
      return (error as DatasetError).message;
    };

    it("is read, compressed or not", async () => {
      const { train, heldOut } = await load(good());
      expect([...train.labels]).to.deep.equal([1, 2, 3]);
      expect([...heldOut.labels]).to.deep.equal([4, 9]);
      expect(train.images[0]).to.be.closeTo(0.2, 1e-6);
    });

    it("is refused when a file is not the one meant", async () => {
      const changed = { ...good(), "train-labels-idx1-ubyte": labels(1, 2, 4) };
      expect(await failure(load(changed, good()))).to.match(/train-labels-idx1-ubyte has SHA-256 [0-9a-f]{64}, not/);
    });

    const broken: Record<string, Record<string, Buffer>> = {
      "too few images": { "t10k-images-idx3-ubyte": images(1) },
      "images cut off": { "t10k-images-idx3-ubyte": images(2).subarray(0, -1) },
      "labels where images should be": { "t10k-images-idx3-ubyte": labels(1, 2) },
      "an empty file": { "train-labels-idx1-ubyte": Buffer.alloc(0) },
      "a label that is no digit": { "train-labels-idx1-ubyte": labels(1, 2, 10) },
      "a damaged archive": { "train-images-idx3-ubyte.gz": Buffer.from("not gzip at all") },
    };
    for (const [what, files] of Object.entries(broken))
      it(`is refused with ${what}`, async () => {
        const message = await failure(load({ ...good(), ...files }));
        expect(message).to.include(Object.keys(files)[0]!.split("-")[0]!);
      });
  });

  describe("moving a training image", () => {
    const still = { rotation: 0, shift: 0, scale: 0, shear: 0 };
    const source = Float32Array.from({ length: 2 * IMAGE_SIZE }, (_, index) => (index % 97) / 97);

    it("by nothing leaves it as it is", () => {
      const target = new Float32Array(IMAGE_SIZE);
      augment(source, IMAGE_SIZE, target, 0, still, seedrandom.alea("1"));
      target.forEach((value, index) => expect(value).to.be.closeTo(source[IMAGE_SIZE + index]!, 1e-5));
    });

    it("takes as many random numbers however far it goes, and follows from them", () => {
      const far = { rotation: 30, shift: 4, scale: 0.3, shear: 0.3 };
      const [first, second] = [seedrandom.alea("1"), seedrandom.alea("1")];
      const [one, two] = [new Float32Array(IMAGE_SIZE), new Float32Array(IMAGE_SIZE)];
      augment(source, 0, one, 0, far, first);
      augment(source, 0, two, 0, still, second);
      expect(first.quick()).to.equal(second.quick());
      augment(source, 0, two, 0, far, seedrandom.alea("1"));
      expect(one).to.deep.equal(two);
      expect(one).to.not.deep.equal(source.subarray(0, IMAGE_SIZE));
    });

    it("out of the picture leaves black", () => {
      const target = new Float32Array(IMAGE_SIZE).fill(7);
      augment(source, 0, target, 0, { ...still, shift: 1000 }, seedrandom.alea("3"));
      expect(Math.max(...target)).to.equal(0);
    });
  });
});
