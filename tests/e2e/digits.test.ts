import { CustomObjectsApi, BatchV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect } from "chai";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { StackOutputs } from "../../infra/outputs";
import { Kube } from "../support/cluster/kube";
import { Load } from "../support/stack/load";
import { heldOutDigits, instance, seedsDigit } from "../support/digits/mnist";
import { sharedStack, upAgain } from "../support/stack/stack";
import { until } from "../support/machine/until";

/** Of thirty digits that the model has never seen, how many it must name rightly. */
const enough = 28;

const likeliest = (probabilities: readonly number[]): number => probabilities.indexOf(Math.max(...probabilities));
const right = (answers: readonly (readonly number[])[]): number =>
  answers.filter((probabilities, index) => likeliest(probabilities) === heldOutDigits[index]?.label).length;

async function post<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.status, text).to.equal(200);
  return JSON.parse(text) as T;
}

describe("the digits workload", () => {
  let outputs: StackOutputs;

  before("bring the stack up", async () => {
    outputs = await sharedStack();
  });

  const predict = (root: string, digits = heldOutDigits) =>
    post<{ predictions: number[][] }>(`${root}/v1/models/digits:predict`, {
      instances: digits.map((digit) => instance(digit, 255)),
    });
  /** Asked on a new connection: one that was kept may end at a pod that is being drained. */
  const servedVersion = async (): Promise<string> => {
    const [response] = (await once(get(`${outputs.predictorUrl}/v2/models/digits`, { agent: false }), "response")) as [
      IncomingMessage,
    ];
    const { versions } = (await json(response)) as { versions: string[] };
    return versions.join();
  };
  const cluster = (): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromString(outputs.kubeconfig);
    return config;
  };

  it("answers the call of the seeds' client: one digit of raw grey levels by the V1 protocol", async () => {
    const { predictions } = await post<{ predictions: number[][] }>(
      `${outputs.predictorUrl}/v1/models/digits:predict`,
      { instances: [instance(seedsDigit, 1)] },
    );
    expect(predictions).to.have.length(1);
    expect(likeliest(predictions[0]!)).to.equal(5);
  });

  it("classifies genuine digits by the V1 protocol", async () => {
    const { predictions } = await predict(outputs.predictorUrl);
    expect(predictions).to.have.length(30);
    for (const probabilities of predictions) {
      expect(probabilities).to.have.length(10);
      expect(probabilities.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-3);
    }
    expect(right(predictions)).to.be.at.least(enough);
  });

  it("classifies them the same by the V2 protocol", async () => {
    const { predictions } = await predict(outputs.predictorUrl);
    const answer = await post<{
      id: string;
      model_name: string;
      outputs: { datatype: string; shape: number[]; data: number[] }[];
    }>(`${outputs.predictorUrl}/v2/models/digits/infer`, {
      id: "thirty",
      inputs: [
        {
          name: "image",
          datatype: "FP32",
          shape: [30, 28, 28, 1],
          data: heldOutDigits.flatMap(({ levels }) => levels.map((level) => level / 255)),
        },
      ],
    });
    expect(answer).to.include({ id: "thirty", model_name: "digits" });
    const [{ datatype, shape, data } = { datatype: "", shape: [], data: [] }] = answer.outputs;
    expect({ datatype, shape }).to.deep.equal({ datatype: "FP32", shape: [30, 10] });
    const rows = predictions.map((_, row) => data.slice(row * 10, (row + 1) * 10));
    expect(right(rows)).to.be.at.least(enough);
    rows.forEach((row, at) => expect(likeliest(row)).to.equal(likeliest(predictions[at]!)));
  });

  it("serves the version that the outputs name, and is ready for KServe", async () => {
    expect(await servedVersion()).to.equal(outputs.model.version);
    const service = (await cluster().makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
      group: "serving.kserve.io",
      version: "v1beta1",
      namespace: "digits",
      plural: "inferenceservices",
      name: "digits",
    })) as { status: { conditions: { type: string; status: string }[] } };
    expect(service.status.conditions).to.deep.include.members([
      service.status.conditions.find(({ type, status }) => type === "Ready" && status === "True"),
    ]);
  });

  it("reads a drawing through the page's own server", async () => {
    const { probabilities } = await post<{ probabilities: number[] }>(`${outputs.pageUrl}/api/predict`, {
      image: seedsDigit.levels.map((level) => level / 255),
    });
    expect(likeliest(probabilities)).to.equal(5);
  });

  it("changes nothing when nothing has changed", async () => {
    const { changes } = await upAgain();
    expect(changes).to.equal(0);
  });

  it("trains again and rolls forward for another hyper-parameter, with no request failed", async () => {
    const before = outputs.model.version;
    const instances = JSON.stringify({ instances: [instance(seedsDigit, 255)] });
    const drawing = JSON.stringify({ image: seedsDigit.levels.map((level) => level / 255) });
    const predictor = { url: `${outputs.predictorUrl}/v1/models/digits:predict`, body: instances };
    const page = { url: `${outputs.pageUrl}/api/predict`, body: drawing };
    const load = new Load(
      [predictor, page].flatMap((target) => [true, false].map((keepsConnections) => ({ ...target, keepsConnections }))),
    );
    try {
      const { changes, outputs: after } = await upAgain({ digits: { seed: 2 } });
      outputs = after;
      expect(changes).to.be.above(0);
      expect(outputs.model.version).not.to.equal(before);
      // Until kube-proxy has heard that it is ending, the pod before may still be asked.
      await until("the new version answers", async () => (await servedVersion()) === after.model.version);
      expect(right((await predict(outputs.predictorUrl)).predictions)).to.be.at.least(enough);
    } finally {
      const { answered, failed } = await load.stop();
      expect(failed).to.deep.equal([]);
      expect(answered).to.be.above(100);
    }
    const jobs = await cluster().makeApiClient(BatchV1Api).listNamespacedJob({ namespace: "digits" });
    expect(jobs.items.map(({ metadata }) => metadata?.name)).to.deep.equal([`digits-train-${outputs.model.version}`]);
  });

  it("rolls its page forward, and back by the next up, with no request failed", async () => {
    const page = { apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace: "digits", name: "digits-page" } };
    const kube = await Kube.connect(outputs.kubeconfig);
    const pods = async () =>
      (await kube.list("v1", "Pod")).filter(({ metadata }) => metadata.name.startsWith("digits-page-"));
    const names = async () => (await pods()).map(({ metadata }) => metadata.name);
    const drawing = JSON.stringify({ image: seedsDigit.levels.map((level) => level / 255) });
    const target = { url: `${outputs.pageUrl}/api/predict`, body: drawing };
    const load = new Load([true, false].map((keepsConnections) => ({ ...target, keepsConnections })));
    try {
      const old = await names();
      await kube.patch(page, { spec: { template: { metadata: { annotations: { "tests/changed": "yes" } } } } });
      await until("other pods serve the page", async () => !(await names()).some((name) => old.includes(name)), 120);
      const changed = await names();
      expect(changed).not.to.be.empty;
      await upAgain();
      await until(
        "pods as declared serve it",
        async () => !(await names()).some((name) => changed.includes(name)),
        120,
      );
    } finally {
      kube.close();
      const { answered, failed } = await load.stop();
      expect(failed).to.deep.equal([]);
      expect(answered).to.be.above(100);
    }
  });

  it("goes back to the previous version, whose model still exists", async () => {
    const { outputs: after } = await upAgain({ digits: { seed: 1 } });
    expect(after.model.version).not.to.equal(outputs.model.version);
    outputs = after;
    await until("the version before answers", async () => (await servedVersion()) === after.model.version);
  });
});
