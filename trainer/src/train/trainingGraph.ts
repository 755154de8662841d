import * as attr from "../graph/attributes";
import { GraphBuilder, type Ref } from "../graph/builder";
import * as layers from "../graph/layers";
import { type Variable, Variables } from "../graph/variables";
import { buildForward } from "../model/forward";
import { type Layer, type Network, place } from "../model/network";

/** Adam's constants, as Keras has them. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** The names of a training graph's inputs and outputs. */
export const STEP = {
  images: "images",
  labels: "labels",
  learningRate: "learningRate",
  beta1Power: "beta1Power",
  beta2Power: "beta2Power",
  averaging: "averaging",
  dropoutSeed: "dropoutSeed",
  loss: "loss",
  correct: "correct",
  unseen: "unseen",
  probabilities: "probabilities",
} as const;

/** What a training step is like, apart from what is fed to it. */
export interface StepOptions {
  /** Images in each batch. */
  batchSize: number;
  /** Above 0, a moving average of the weights is kept, under `<weight>/average`. */
  averaging: number;
}

const FLOATS = { T: attr.type(attr.FLOAT) };

/**
 * Writes one step of training as a graph: forward, softmax cross-entropy, backward, Adam, and the moving average of
 * the weights. Fetching `loss` runs all of it; fetching `probabilities` predicts with the weights as they are.
 */
export function trainingGraph(network: Network, options: StepOptions): { graph: GraphBuilder; variables: Variables } {
  const graph = new GraphBuilder();
  const variables = new Variables(graph);
  const images = graph.placeholder(STEP.images, attr.FLOAT, [options.batchSize, ...network.input]);
  const labels = graph.placeholder(STEP.labels, attr.INT32, [options.batchSize]);
  const forward = buildTraining(graph, variables, network, images);
  const entropy = graph.op("SparseSoftmaxCrossEntropyWithLogits", [forward.logits, labels], {
    ...FLOATS,
    Tlabels: attr.type(attr.INT32),
  });
  const gradients = new Map<Variable, Ref>();
  // The operation's second output is the gradient of each example's loss; the loss is their mean.
  let gradient = graph.op("Mul", [`${entropy}:1`, graph.constant(1 / options.batchSize)], FLOATS);
  for (let index = forward.built.length - 1; index >= 0; index--) {
    const { built, weights } = forward.built[index]!;
    const back = built.back(gradient);
    weights.forEach((weight, at) => gradients.set(weight, back.weights[at]!));
    if (index > 0) gradient = back.input();
  }
  const updates = applyGradients(graph, variables, gradients, options.averaging > 0);
  const mean = { ...FLOATS, Tidx: attr.type(attr.INT32) };
  const batchAxis = graph.constant(Int32Array.of(0), []);
  const loss = graph.op("Mean", [entropy, batchAxis], mean);
  graph.op("Identity", [loss], FLOATS, { name: STEP.loss, after: updates });
  const right = graph.op("InTopKV2", [forward.logits, labels, graph.constant(Int32Array.of(1), [])], {
    T: attr.type(attr.INT32),
  });
  graph.op("Sum", [castToFloat(graph, right), batchAxis], mean, { name: STEP.correct });
  const unseen = graph.placeholder(STEP.unseen, attr.FLOAT, [-1, ...network.input]);
  const kept = new Map(variables.all().map(({ name, value }) => [name, value]));
  const probabilities = buildForward(graph, network, unseen, (name) => kept.get(`${name}/average`) ?? kept.get(name)!);
  graph.op("Identity", [probabilities], FLOATS, { name: STEP.probabilities });
  variables.finish();
  return { graph, variables };
}

/** The layers of a network in a graph, for training: dropout is on, and the last softmax is left to the loss. */
function buildTraining(graph: GraphBuilder, variables: Variables, network: Network, images: Ref) {
  const built: { built: layers.Built; weights: Variable[] }[] = [];
  let current = images;
  const add = (layer: layers.Built, ...weights: Variable[]): void => {
    built.push({ built: layer, weights });
    current = layer.output;
  };
  let dropouts = 0;
  for (const { layer, output, weights } of place(network)) {
    const [kernel, bias] = weights.map(({ name, shape }) => variables.declare(name, shape));
    if (layer.kind === "conv") add(layers.conv(graph, current, kernel!.value, kernel!.shape, "valid"), kernel!);
    if (layer.kind === "dense") add(layers.dense(graph, current, kernel!.value), kernel!);
    if (bias) add(layers.bias(graph, current, bias.value), bias);
    if (hasRelu(layer)) add(layers.relu(graph, current));
    if (layer.kind === "maxPool") add(layers.maxPool(graph, current));
    if (layer.kind === "flatten") add(layers.flatten(graph, current, output[0]!));
    if (layer.kind === "dropout" && layer.rate > 0)
      add(layers.dropout(graph, current, layer.rate, dropoutSeed(graph, dropouts++)));
  }
  return { logits: current, built };
}

const hasRelu = (layer: Layer): boolean => "activation" in layer && layer.activation === "relu";

/** Each dropout layer draws from a stream of its own, moved on by the fed number of the step. */
function dropoutSeed(graph: GraphBuilder, index: number): Ref {
  const fed = index === 0 ? graph.placeholder(STEP.dropoutSeed, attr.INT32, [2]) : STEP.dropoutSeed;
  return graph.op("Add", [fed, graph.constant(Int32Array.of(index, 0))], { T: attr.type(attr.INT32) });
}

function castToFloat(graph: GraphBuilder, truth: Ref): Ref {
  return graph.op("Cast", [truth], { SrcT: attr.type(attr.BOOL), DstT: attr.type(attr.FLOAT) });
}

function applyGradients(
  graph: GraphBuilder,
  variables: Variables,
  gradients: Map<Variable, Ref>,
  averaging: boolean,
): Ref[] {
  const [rate, power1, power2] = [STEP.learningRate, STEP.beta1Power, STEP.beta2Power].map((name) =>
    graph.placeholder(name, attr.FLOAT, []),
  );
  const [beta1, beta2, epsilon] = [ADAM.beta1, ADAM.beta2, ADAM.epsilon].map((value) => graph.constant(value));
  const share = averaging ? graph.placeholder(STEP.averaging, attr.FLOAT, []) : undefined;
  return [...gradients].map(([weight, gradient]) => {
    const mean = variables.declare(`${weight.name}/mean`, weight.shape);
    const variance = variables.declare(`${weight.name}/variance`, weight.shape);
    const inputs = [weight.handle, mean.handle, variance.handle, power1, power2, rate, beta1, beta2, epsilon, gradient];
    const applied = graph.op("ResourceApplyAdam", inputs as Ref[], FLOATS);
    if (!share) return applied;
    const average = variables.declare(`${weight.name}/average`, weight.shape);
    const updated = graph.op("ReadVariableOp", [weight.handle], { dtype: attr.type(attr.FLOAT) }, { after: [applied] });
    const away = graph.op("Sub", [average.value, updated], FLOATS);
    return graph.op("ResourceApplyGradientDescent", [average.handle, share, away], FLOATS);
  });
}
