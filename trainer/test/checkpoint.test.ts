import { expect } from "chai";
import { hyperparameters } from "../src/config/hyperparameters";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../src/train/checkpoint";
import { confusionOf, confusionPicture } from "../src/train/confusion";
import { lineProgress } from "../src/train/progress";
import { stepNumbers } from "../src/train/schedule";
import { PNG } from "pngjs";

const checkpoint: Checkpoint = {
  epoch: 3,
  batch: 17,
  loss: 1.25,
  correct: 99,
  epochSeconds: 0.5,
  seconds: 12.5,
  history: [{ epoch: 1, loss: 2, accuracy: 0.5, heldOutAccuracy: 0.6, seconds: 4 }],
  origin: { hyperparameters: hyperparameters.parse({}), datasetSha256: "abc" },
  variables: new Map([
    ["conv1/kernel", Float32Array.of(1, -2, 3e-20)],
    ["conv1/bias", Float32Array.of(0)],
  ]),
};

describe("a training run's parts", () => {
  describe("a checkpoint", () => {
    it("is read as it was written", () => {
      expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).to.deep.equal(checkpoint);
    });

    it("is refused when it is cut off or is something else", () => {
      const bytes = encodeCheckpoint(checkpoint);
      for (const broken of [
        bytes.subarray(0, -1),
        bytes.subarray(0, 20),
        Buffer.alloc(0),
        Buffer.from("{}".repeat(99)),
      ])
        expect(() => decodeCheckpoint(broken)).to.throw();
    });
  });

  describe("the learning rate", () => {
    const parameters = hyperparameters.parse({ learningRate: 1 });
    const rates = Array.from({ length: 1000 }, (_, index) => stepNumbers(index + 1, 1000, parameters).learningRate);

    it("rises to the one given and falls to nothing", () => {
      expect(rates[0]).to.be.below(0.01);
      expect(Math.max(...rates)).to.be.closeTo(1, 1e-6);
      expect(rates.at(-1)).to.be.closeTo(0, 1e-6);
    });

    it("is a number for a run of one step too", () => {
      expect(stepNumbers(1, 1, parameters).learningRate).to.be.within(0, 1);
    });
  });

  describe("the confusion matrix", () => {
    it("counts each guess in its true digit's row, and is drawn as a PNG", () => {
      const confusion = confusionOf(Int32Array.of(1, 1, 1, 7), Int32Array.of(1, 1, 7, 7));
      expect(confusion[1]).to.deep.equal([0, 2, 0, 0, 0, 0, 0, 1, 0, 0]);
      expect(confusion[7]![7]).to.equal(1);
      const picture = PNG.sync.read(confusionPicture(confusion));
      const colour = (row: number, column: number): number[] => {
        const at = ((48 + row * 48 + 3) * picture.width + 48 + column * 48 + 3) * 4;
        return [...picture.data.subarray(at, at + 3)];
      };
      const [right, wrong, none] = [colour(1, 1), colour(1, 7), colour(2, 2)];
      expect(right[2]).to.be.above(right[0]!);
      expect(wrong[0]).to.be.above(wrong[2]!);
      expect(none).to.deep.equal([255, 255, 255]);
    });
  });

  describe("the progress", () => {
    const result = { epoch: 2, loss: 0.1234, accuracy: 0.95, heldOutAccuracy: 0.99, seconds: 3 };

    it("is a line for people", () => {
      const lines: string[] = [];
      lineProgress("plain", (line) => lines.push(line)).epoch(result, 40, 3100.4, 55);
      expect(lines).to.deep.equal([
        "epoch  2/40  loss 0.1234  accuracy 95.00 %  held out 99.00 %  3100 images/s  55 s left",
      ]);
    });

    it("is an object for programs", () => {
      const lines: string[] = [];
      lineProgress("json", (line) => lines.push(line)).epoch(result, 40, 3100.4, 55);
      expect(JSON.parse(lines[0]!)).to.deep.include({ event: "epoch", ...result, epochs: 40 });
    });
  });
});
