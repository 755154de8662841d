import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect } from "chai";
import type { StackOutputs } from "../../infra/outputs";
import { nodePaths } from "../../node/paths";
import { endSupervision } from "../../node/supervise";
import { endProcess } from "../../node/processes";
import { recorded } from "../../node/supervision";
import { heldOutDigits, instance } from "../support/digits/mnist";
import { lastChanges, runCommand, sharedPlace, sharedStack, upAgain } from "../support/stack/stack";
import { until } from "../support/machine/until";

const namespace = "digits";

describe("a stack that is interrupted", () => {
  let outputs: StackOutputs;
  before(async () => {
    outputs = await sharedStack();
  });

  const core = () => {
    const config = new KubeConfig();
    config.loadFromString(outputs.kubeconfig);
    return config.makeApiClient(CoreV1Api);
  };
  const predicts = async () => {
    const body = JSON.stringify({ instances: heldOutDigits.map((digit) => instance(digit, 255)) });
    const answer = await fetch(`${outputs.predictorUrl}/v1/models/digits:predict`, { method: "POST", body });
    return answer.status === 200;
  };

  it("resumes training from the last checkpoint when the training pod is deleted", async () => {
    const log = (name: string) => core().readNamespacedPodLog({ name, namespace });
    const trainings = async () => {
      const { items } = await core().listNamespacedPod({ namespace });
      const names = items.map(({ metadata }) => metadata?.name ?? "");
      return names.filter((name) => name.startsWith("digits-train-"));
    };
    const before = await trainings();
    const up = upAgain({ digits: { seed: 3 } });
    const another = async (but: readonly string[]) => (await trainings()).find((name) => !but.includes(name));
    const first = await until("the training's pod", () => another(before), 300);
    await until("its second epoch", async () => /epoch\W+2\b/.test(await log(first)), 120);
    await core().deleteNamespacedPod({ name: first, namespace });
    const second = await until("another pod", () => another([...before, first]), 180);
    await until("its checkpoint", async () => (await log(second)).includes("Going on from the checkpoint"), 120);
    await up;
    expect(await log(second)).to.match(/of the held-out digits are right/);
    await until("the predictor", predicts);
  });

  it("comes back by the next up after a reboot of the machine, with nothing changed", async () => {
    const paths = nodePaths((await sharedPlace()).node);
    await endSupervision(paths);
    await endProcess(recorded(paths, "holder"), 0);
    const { code, stderr } = await runCommand("up");
    expect(code, stderr.slice(-3000)).to.equal(0);
    await until("the predictor", predicts, 180);
    expect((await runCommand("drift")).stdout).to.equal("");
    expect((await runCommand("up")).code).to.equal(0);
    expect(await lastChanges()).to.equal(0);
  });
});
