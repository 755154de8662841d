import { expect } from "chai";
import { Batcher } from "../src/serve/batcher";
import type { Model } from "../src/serve/model";

/** Doubles each of its examples, which are a number each; -1 is what it fails at. */
const doubling: Model = {
  version: "1",
  input: [1],
  output: [1],
  predict: (values, count) => {
    if (values.includes(-1)) throw new Error("no number");
    return values.slice(0, count).map((value) => value * 2);
  },
};

describe("micro-batching", () => {
  let batches: number[];
  let batcher: Batcher;
  beforeEach(() => {
    batches = [];
    batcher = new Batcher(doubling, 8, (count) => batches.push(count));
  });
  const predict = async (...values: number[]) => [
    ...(await batcher.predict({ values: Float32Array.from(values), count: values.length })),
  ];

  it("predicts what has arrived in as few batches as it goes into", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => predict(at, at + 0.5)));
    expect(answers).to.deep.equal(Array.from({ length: 10 }, (_, at) => [2 * at, 2 * at + 1]));
    expect(batches).to.deep.equal([8, 8, 4]);
  });

  it("lets a lone request wait for nobody", async () => {
    expect(await predict(3)).to.deep.equal([6]);
    expect(batches).to.deep.equal([1]);
  });

  it("cuts a large request up, so that a small one gets its turn", async () => {
    const done: string[] = [];
    const large = predict(...Array.from({ length: 20 }, (_, at) => at)).then((values) => (done.push("large"), values));
    const small = predict(1).then(() => done.push("small"));
    expect(await large).to.deep.equal(Array.from({ length: 20 }, (_, at) => 2 * at));
    await small;
    expect(done).to.deep.equal(["small", "large"]);
    expect(batches).to.deep.equal([8, 8, 5]);
  });

  it("tells all of a failed batch, and goes on", async () => {
    const results = await Promise.allSettled([predict(1), predict(-1)]);
    expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    expect(await predict(2)).to.deep.equal([4]);
  });
});
