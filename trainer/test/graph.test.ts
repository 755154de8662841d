import * as tf from "@tensorflow/tfjs-node";
import { expect } from "chai";
import seedrandom from "seedrandom";
import * as attr from "../src/graph/attributes";
import { GraphBuilder } from "../src/graph/builder";
import { dropout } from "../src/graph/layers";
import { GraphSession } from "../src/graph/session";
import type { VariableValues } from "../src/graph/variables";
import { buildForward } from "../src/model/forward";
import { fromLayers } from "../src/model/fromLayers";
import { layersModel, loadFiles, modelFiles } from "../src/model/layersModel";
import { digitsNetwork, place, sizeOf } from "../src/model/network";
import { initialValues } from "../src/train/initial";
import { ADAM, STEP, trainingGraph } from "../src/train/trainingGraph";

const BATCH = 6;
const STEPS = 4;
const RATE = 0.01;
const network = digitsNetwork({ filters: [3, 4, 5], units: 7, dropout: 0 });
const random = seedrandom.alea("graph test");
const images = Float32Array.from({ length: BATCH * 784 }, () => random());
const labels = Int32Array.from({ length: BATCH }, () => Math.floor(random() * 10));

const close = (one: Float32Array, other: Float32Array, within: number, what: string): void => {
  expect(one.length, what).to.equal(other.length);
  const worst = one.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index]!)), 0);
  expect(worst, what).to.be.below(within);
};

/** Trains on the same batch a few times with our graph. */
function trainWithGraph(averaging: number): { weights: VariableValues; averages: VariableValues; losses: number[] } {
  const { graph, variables } = trainingGraph(network, { batchSize: BATCH, averaging });
  const session = new GraphSession(graph);
  variables.restore(session, initialValues(network, variables.all(), 5));
  const scalar = (value: number) => ({ values: Float32Array.of(value), shape: [] });
  const losses = Array.from({ length: STEPS }, (_, index) => {
    const [loss] = session.run(
      {
        [STEP.images]: { values: images, shape: [BATCH, 28, 28, 1] },
        [STEP.labels]: { values: labels, shape: [BATCH] },
        [STEP.learningRate]: scalar(RATE),
        [STEP.beta1Power]: scalar(ADAM.beta1 ** (index + 1)),
        [STEP.beta2Power]: scalar(ADAM.beta2 ** (index + 1)),
        ...(averaging > 0 && { [STEP.averaging]: scalar(1 - averaging) }),
      },
      [STEP.loss],
    );
    return loss![0]!;
  });
  const weights = variables.read(session, ({ name }) => /(kernel|bias)$/.test(name));
  const averages = variables.read(session, ({ name }) => name.endsWith("/average"));
  session.dispose();
  return { weights, averages, losses };
}

/** The same with tfjs: its own layers, gradients and optimizer. */
async function trainWithTfjs(): Promise<{ weights: VariableValues; losses: number[] }> {
  const model = layersModel(network, initialValues(network, [], 5));
  const optimizer = tf.train.adam(RATE, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const x = tf.tensor(images, [BATCH, 28, 28, 1]);
    const y = tf.tensor(Float32Array.from(labels), [BATCH, 1]);
    losses.push((await model.trainOnBatch(x, y)) as number);
    tf.dispose([x, y]);
  }
  const weights: VariableValues = new Map();
  for (const { layer, weights: own } of place(network))
    own.forEach(({ name }, index) =>
      weights.set(name, model.getLayer(layer.name).getWeights()[index]!.dataSync<"float32">()),
    );
  model.dispose();
  return { weights, losses };
}

describe("a training step as one graph", () => {
  it("changes the weights as tfjs' own gradients and Adam do", async () => {
    const ours = trainWithGraph(0);
    const theirs = await trainWithTfjs();
    ours.losses.forEach((loss, step) => expect(loss).to.be.closeTo(theirs.losses[step]!, 1e-3));
    expect([...ours.weights.keys()]).to.have.members([...theirs.weights.keys()]);
    // Adam divides by the gradient's size, so rounding in tiny gradients shows; a wrong sign would be 2 * RATE a step.
    for (const [name, values] of ours.weights) close(values, theirs.weights.get(name)!, RATE / 4, name);
  });

  it("lowers the loss", () => {
    const { losses } = trainWithGraph(0);
    expect(losses.at(-1)).to.be.below(losses[0]!);
  });

  it("keeps a moving average of the weights", () => {
    const { weights, averages } = trainWithGraph(0.5);
    const start = initialValues(network, [], 5);
    const name = "hidden/kernel";
    const average = averages.get(`${name}/average`)!;
    const [now, before] = [weights.get(name)!, start.get(name)!];
    const moved = now.findIndex((value, index) => Math.abs(value - before[index]!) > RATE);
    expect(moved).to.be.at.least(0);
    const [low, high] = [now[moved]!, before[moved]!].sort((one, other) => one - other);
    expect(average[moved]).to.be.within(low!, high!);
    expect(average[moved]).to.not.equal(now[moved]);
  });

  it("drops the same units for the same seed, and scales the others up", () => {
    const session = dropoutOnly(0.25);
    const values = new Float32Array(4000).fill(1);
    const run = (step: number) =>
      session.run({ x: { values, shape: [4, 1000] }, seed: { values: Int32Array.of(1, step), shape: [2] } }, ["y"])[0]!;
    const first = run(1) as Float32Array;
    expect(run(1)).to.deep.equal(first);
    expect(run(2)).to.not.deep.equal(first);
    expect(new Set(first)).to.have.length(2);
    expect(first.filter((value) => value === 0).length / first.length).to.be.closeTo(0.25, 0.04);
    expect(first.reduce((sum, value) => sum + value, 0) / first.length).to.be.closeTo(1, 0.05);
    session.dispose();
  });
});

function dropoutOnly(rate: number): GraphSession {
  const graph = new GraphBuilder();
  const x = graph.placeholder("x", attr.FLOAT, [-1, 1000]);
  const { output } = dropout(graph, x, rate, graph.placeholder("seed", attr.INT32, [2]));
  graph.op("Identity", [output], { T: attr.type(attr.FLOAT) }, { name: "y" });
  return new GraphSession(graph);
}

describe("a network as a tfjs layers model", () => {
  const weights = initialValues(network, [], 9);

  it("comes out of its files as it went in", async () => {
    const model = layersModel(network, weights);
    const files = await modelFiles(model);
    const loaded = await loadFiles(files);
    expect([...files.keys()]).to.deep.equal(["model.json", "weights.bin"]);
    expect(files.get("weights.bin")).to.have.length(
      4 *
        place(network)
          .flatMap((placed) => placed.weights)
          .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    );
    const parts = fromLayers(loaded)!;
    expect(parts.network).to.deep.equal(network);
    for (const [name, values] of weights) expect(parts.weights.get(name)).to.deep.equal(values);
    tf.dispose([model, loaded]);
  });

  it("predicts what the graph predicts", () => {
    const model = layersModel(network, weights);
    const graph = new GraphBuilder();
    const input = graph.placeholder("images", attr.FLOAT, [-1, 28, 28, 1]);
    const output = buildForward(graph, network, input, (name, shape) => graph.constant(weights.get(name)!, shape));
    const session = new GraphSession(graph);
    const [ours] = session.run({ images: { values: images, shape: [BATCH, 28, 28, 1] } }, [output]);
    const theirs = tf.tidy(() =>
      (model.predict(tf.tensor(images, [BATCH, 28, 28, 1])) as tf.Tensor).dataSync<"float32">(),
    );
    close(ours as Float32Array, theirs, 1e-5, "probabilities");
    session.dispose();
    model.dispose();
  });

  it("is not taken apart when it is of another kind", () => {
    const other = tf.sequential({
      layers: [tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, strides: 2 })],
    });
    expect(fromLayers(other)).to.equal(undefined);
    other.dispose();
  });
});
