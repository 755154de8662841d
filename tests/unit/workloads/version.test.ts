import { expect } from "chai";
import { canonicalJson, modelVersion, type ModelIngredients } from "../../../workloads/digits/version";

const ingredients: ModelIngredients = {
  code: "0123456789ab",
  data: { dataset: "embedded", sha256: {} },
  hyperparameters: { epochs: 14, batchSize: 128, learningRate: 0.002, seed: 1 },
};

describe("modelVersion", () => {
  it("is the same for ever for the same ingredients", () => {
    expect(modelVersion(ingredients)).to.equal("cd357a6b3885d3ca");
  });

  it("does not depend on the order in which things are written down", () => {
    const hyperparameters = { seed: 1, learningRate: 0.002, batchSize: 128, epochs: 14 };
    expect(modelVersion({ hyperparameters, data: ingredients.data, code: ingredients.code })).to.equal(
      modelVersion(ingredients),
    );
  });

  for (const [what, other] of [
    ["code", { ...ingredients, code: "0123456789ac" }],
    ["data set", { ...ingredients, data: { dataset: "s3://mlpipeline/mnist", sha256: {} } }],
    ["data set's checksum", { ...ingredients, data: { dataset: "embedded", sha256: { a: "00" } } }],
    ["hyper-parameter", { ...ingredients, hyperparameters: { ...ingredients.hyperparameters, epochs: 15 } }],
    ["number of hyper-parameters", { ...ingredients, hyperparameters: { epochs: 14 } }],
  ] as const) {
    it(`changes with the ${what}`, () => {
      expect(modelVersion(other)).not.to.equal(modelVersion(ingredients));
    });
  }

  it("fits a path, a Kubernetes name and a label", () => {
    expect(modelVersion(ingredients)).to.match(/^[0-9a-f]{16}$/);
  });

  it("names the hyper-parameter that is no number", () => {
    const faulty = { ...ingredients, hyperparameters: { epochs: Number.NaN } };
    expect(() => modelVersion(faulty)).to.throw(/epochs is NaN; .*finite number/);
  });

  it("does not go without the code's hash", () => {
    expect(() => modelVersion({ ...ingredients, code: "" })).to.throw("no content hash");
  });

  describe("canonicalJson", () => {
    it("orders keys at every depth and leaves lists as they are", () => {
      expect(canonicalJson({ b: [2, 1, { d: 0, c: 1 }], a: { z: null, y: "x" } })).to.equal(
        '{"a":{"y":"x","z":null},"b":[2,1,{"c":1,"d":0}]}',
      );
    });
  });
});
