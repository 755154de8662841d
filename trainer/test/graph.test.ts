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

/** Takes one step on the batch; returns the loss. */
function trainStep(session: GraphSession, step: number, averaging = 0): number {
  const scalar = (value: number) => ({ values: Float32Array.of(value), shape: [] });
  const [loss] = session.run(
    {
      [STEP.images]: { values: images, shape: [BATCH, 28, 28, 1] },
      [STEP.labels]: { values: labels, shape: [BATCH] },
      [STEP.learningRate]: scalar(RATE),
      [STEP.beta1Power]: scalar(ADAM.beta1 ** step),
      [STEP.beta2Power]: scalar(ADAM.beta2 ** step),
      ...(averaging > 0 && { [STEP.averaging]: scalar(1 - averaging) }),
    },
    [STEP.loss],
  );
  return loss![0]!;
}

/** A copy that begins at a multiple of 64 bytes of its buffer. */
function aligned(values: Float32Array): Float32Array {
  const copy = new Float32Array(new ArrayBuffer(Math.max(1 << 16, values.byteLength)), 0, values.length);
  copy.set(values);
  return copy;
}

/** Trains on the same batch with our graph. */
function trainWithGraph(averaging: number, steps = STEPS): { values: VariableValues; losses: number[] } {
  const { graph, variables } = trainingGraph(network, { batchSize: BATCH, averaging });
  const session = new GraphSession(graph);
  variables.restore(session, initialValues(network, variables.all(), 5));
  const losses = Array.from({ length: steps }, (_, index) => trainStep(session, index + 1, averaging));
  const values = variables.read(session);
  session.dispose();
  return { values, losses };
}

/** The loss and its gradients as tfjs works them out, from its own layers. */
function gradientsOfTfjs(): { loss: number; gradients: VariableValues } {
  const model = layersModel(network, initialValues(network, [], 5));
  const { value, grads } = tf.variableGrads(() => {
    const probabilities = model.apply(tf.tensor(images, [BATCH, 28, 28, 1]), { training: true }) as tf.Tensor2D;
    const truth = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
    return truth.mul(probabilities.log()).sum().div<tf.Scalar>(-BATCH);
  });
  const gradients: VariableValues = new Map();
  for (const { layer, weights } of place(network))
    model.getLayer(layer.name).trainableWeights.forEach((variable, index) => {
      // A layer's variable keeps the name that the gradients go by in a field of its own.
      const { name } = (variable as unknown as { val: tf.Variable }).val;
      gradients.set(weights[index]!.name, grads[name]!.dataSync<"float32">());
    });
  const loss = value.dataSync()[0]!;
  tf.dispose([value, grads]);
  model.dispose();
  return { loss, gradients };
}

describe("the network", () => {
  describe("a training step as one graph", () => {
    it("has the loss and the gradients that tfjs works out", () => {
      const { values, losses } = trainWithGraph(0, 1);
      const { loss, gradients } = gradientsOfTfjs();
      expect(losses[0]).to.be.closeTo(loss, 1e-4);
      for (const [name, theirs] of gradients) {
        // After the first step Adam's mean is a tenth of the gradient.
        const ours = values.get(`${name}/mean`)!.map((value) => value / (1 - ADAM.beta1));
        close(ours, theirs, 1e-5 + 1e-3 * Math.max(...theirs.map(Math.abs)), name);
      }
      expect(gradients).to.have.length(10);
    });

    it("changes the weights by Adam's rule", () => {
      const { values } = trainWithGraph(0, 1);
      const start = initialValues(network, [], 5);
      for (const [name, before] of start) {
        const [now, mean] = [values.get(name)!, values.get(`${name}/mean`)!];
        now.forEach((value, index) => {
          const gradient = mean[index]! / (1 - ADAM.beta1);
          if (Math.abs(gradient) > 1e-3)
            expect(before[index]! - value, name).to.be.closeTo(RATE * Math.sign(gradient), RATE / 100);
        });
      }
    });

    it("leaves the values it was given alone", () => {
      const { graph, variables } = trainingGraph(network, { batchSize: BATCH, averaging: 0 });
      const given = initialValues(network, variables.all(), 5);
      // TensorFlow shares memory that is aligned as it likes; large arrays of JavaScript often are.
      for (const [name, values] of given) given.set(name, aligned(values));
      for (let round = 0; round < 3; round++) {
        const session = new GraphSession(graph);
        variables.restore(session, given);
        trainStep(session, 1);
        session.dispose();
      }
      const fresh = initialValues(network, variables.all(), 5);
      for (const [name, values] of given) expect(values, name).to.deep.equal(fresh.get(name));
    });

    it("lowers the loss", () => {
      const { losses } = trainWithGraph(0);
      expect(losses.at(-1)).to.be.below(losses[0]!);
    });

    it("keeps a moving average of the weights", () => {
      const { values } = trainWithGraph(0.5);
      const start = initialValues(network, [], 5);
      const name = "hidden/kernel";
      const average = values.get(`${name}/average`)!;
      const [now, before] = [values.get(name)!, start.get(name)!];
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
        session.run({ x: { values, shape: [4, 1000] }, seed: { values: Int32Array.of(1, step), shape: [2] } }, [
          "y",
        ])[0]!;
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
      model.dispose();
      loaded.dispose();
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
});
