import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect } from "chai";
import { rmSync } from "node:fs";
import path from "node:path";
import type { StackOutputs } from "../../infra/outputs";
import { runCommand, sharedStack, stackName, type CommandResult } from "../support/stack/stack";

const folder = path.join(__dirname, "../../examples/consumer");

/** Runs a Pulumi command on the consumer's own stack, in the state that the suites share. */
const consumer = (...words: string[]): Promise<CommandResult> => runCommand("pulumi", "-C", folder, ...words);

async function succeeds(result: Promise<CommandResult>): Promise<string> {
  const { code, stdout, stderr } = await result;
  expect(code, stderr.slice(-2000)).to.equal(0);
  return stdout;
}

describe("a stack that consumes the outputs", () => {
  let outputs: StackOutputs;

  before("bring the stack up, and make the consumer's", async () => {
    outputs = await sharedStack();
    await succeeds(consumer("stack", "init", "consumer"));
    await succeeds(consumer("config", "set", "stack", `organization/kubeflow-stack/${stackName}`));
  });

  after(async () => {
    await consumer("destroy", "--yes", "--skip-preview");
    await consumer("stack", "rm", "--yes", "--force", "consumer");
    rmSync(path.join(folder, "Pulumi.consumer.yaml"), { force: true });
  });

  it("gives its pods the model's address", async () => {
    await succeeds(consumer("up", "--yes", "--skip-preview"));
    const predict = `${outputs.predictorUrl}/v1/models/digits:predict`;
    expect((await succeeds(consumer("stack", "output", "predict"))).trim()).to.equal(predict);
    const config = new KubeConfig();
    config.loadFromString(outputs.kubeconfig);
    const { data } = await config
      .makeApiClient(CoreV1Api)
      .readNamespacedConfigMap({ namespace: "digits-consumer", name: "model" });
    expect(data).to.deep.equal({ name: "digits", version: outputs.model.version, url: predict });
  });

  it("refuses a model that is not accurate enough, with the reason", async () => {
    await succeeds(consumer("config", "set", "leastPercent", "101"));
    const { code, stdout, stderr } = await consumer("preview");
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.contain("and 101 % was asked for");
  });

  it("names a stack that does not exist", async () => {
    await succeeds(consumer("config", "set", "stack", "organization/kubeflow-stack/nowhere"));
    const { code, stdout, stderr } = await consumer("preview");
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.match(/nowhere/);
  });
});
