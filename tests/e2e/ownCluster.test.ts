import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { assertOutputs, type StackOutputs } from "../../infra/outputs";
import { imagesOf } from "../../infra/products/product";
import { products } from "../../infra/products/products";
import type { Context } from "../../plugins/base";
import { localNode } from "../../plugins/stack/kinds/localNode";
import { run } from "../../node/enter";
import { nodePaths } from "../../node/paths";
import { DEFAULT_SUBNET } from "../../node/settings";
import { recorded } from "../../node/supervision";
import { KUBERNETES_VERSION } from "../../node/toolchainSupplies";
import { silent, type Toolbox } from "../../toolchain";
import { ensureTools } from "../../infra/recipes";
import { heldOutDigits, instance } from "../support/digits/mnist";
import { Place } from "../support/stack/place";
import { fetchFrom, startRegistry } from "../support/cluster/servers";
import { testFolder } from "../support/stack/stack";
import { freePort, storageObjects } from "../support/cluster/testNode";
import { until } from "../support/machine/until";

const name = "own-cluster";
const ctx: Context = {
  urn: `urn:pulumi:${name}::another::${localNode.type}::${name}`,
  name,
  type: localNode.type,
  preview: false,
  timeoutSeconds: 0,
  signal: new AbortController().signal,
  log: () => undefined,
  status: () => undefined,
};

/** Namespaces that Kubernetes itself and its owner have. */
const owners = ["default", "kube-node-lease", "kube-public", "kube-system", "local-path-storage"];

// A node that nobody told the stack of stands for the cluster that a person has: with its own storage class, with the platform's
// images as a mirror would bring them, and a registry. The commands run in its network, as on a machine beside it.
describe("a cluster that already exists", function () {
  this.bail(true);

  let place: Place;
  let toolbox: Toolbox;
  let within: string[];
  let registry: Awaited<ReturnType<typeof startRegistry>> | undefined;
  let outputs: StackOutputs;
  let node: { stateDir: string };

  const kubectl = async (...words: string[]) =>
    run([toolbox.bin("kubectl"), "--kubeconfig", nodePaths(node.stateDir).kubeconfig, ...words], {
      env: { HOME: tmpdir(), PATH: process.env["PATH"] },
    });

  before("have a cluster and a registry", async () => {
    toolbox = await ensureTools(["kubernetes"], silent);
    const folder = testFolder();
    const stateDir = path.join(folder, "own-cluster");
    const settings = {
      name,
      kubernetesVersion: KUBERNETES_VERSION,
      subnet: DEFAULT_SUBNET,
      stateDir,
      apiPort: await freePort(),
      publish: [],
      images: imagesOf(products, {}),
    };
    node = { stateDir };
    await localNode.create(settings, ctx);
    const objects = path.join(folder, `${name}.json`);
    writeFileSync(objects, JSON.stringify({ apiVersion: "v1", kind: "List", items: await storageObjects() }));
    await kubectl("apply", "--server-side", "-f", objects);

    const paths = nodePaths(stateDir);
    within = ["nsenter", `--net=/proc/${recorded(paths, "holder")?.pid}/ns/net`, "--"];
    registry = await startRegistry(within);
    place = new Place(name, folder, [], within);
    const config = {
      cluster: "kubeconfig",
      kubeconfig: path.join(paths.etc, "kubernetes/admin.conf"),
      registry: `${registry.host}/team`,
      digits: { epochs: 1 },
    };
    const entries = Object.entries(config).map(([key, value]) => [`kubeflow-stack:${key}`, value]);
    writeFileSync(place.configFile, stringify({ config: Object.fromEntries(entries) as unknown }));
  });

  after(async () => {
    await registry?.stop();
    await localNode.delete(
      name,
      { ...node, kubeconfig: "", containerdSocket: "", status: "", kubernetesVersion: "" },
      ctx,
    );
  });

  const succeeds = async (...words: string[]) => {
    const { code, stdout, stderr } = await place.run(...words);
    expect(code, stderr.slice(-3000)).to.equal(0);
    return { stdout, stderr };
  };

  it("gets the whole stack, which serves a trained model", async () => {
    await succeeds("up");
    const found: unknown = JSON.parse((await succeeds("pulumi", "stack", "output", "--json", "--show-secrets")).stdout);
    assertOutputs(found, name);
    outputs = found;
    const body = JSON.stringify({ instances: heldOutDigits.map((digit) => instance(digit, 255)) });
    const { status, text } = await fetchFrom(within, `${outputs.predictorUrl}/v1/models/digits:predict`, body);
    expect(status, text).to.equal(200);
    const { predictions } = JSON.parse(text) as { predictions: number[][] };
    const right = predictions.filter((row, at) => row.indexOf(Math.max(...row)) === heldOutDigits[at]?.label);
    expect(right.length).to.be.above(20);
    expect((await fetchFrom(within, outputs.pageUrl)).text).to.include("<canvas");
  });

  it("runs images that were pushed to the registry and pulled from it", async () => {
    const images = await kubectl("get", "pods", "-n", "digits", "-o", "jsonpath={.items[*].spec.containers[*].image}");
    const ours = images.split(" ").filter((image) => image.startsWith(`${registry?.host}/team/`));
    expect(ours.join(" "))
      .to.match(/digits-trainer:/)
      .and.match(/digits-page:/);
    const events = await kubectl("get", "events", "-n", "digits", "-o", "jsonpath={.items[*].message}");
    expect(events).to.include(`Successfully pulled image "${ours[0]}"`);
  });

  it("is not changed by another up, and shows no drift", async () => {
    const { stderr } = await succeeds("up");
    expect(stderr)
      .to.match(/\d+ unchanged/)
      .and.not.match(/ (created|updated|replaced) \(/);
    expect((await succeeds("drift")).stdout).to.equal("");
  });

  it("is reached by its kubeconfig alone, which is a secret output", async () => {
    const { server } = /"?server"?: ?"?(?<server>[^\s",]+)/.exec(outputs.kubeconfig)?.groups ?? {};
    const admin = readFileSync(path.join(nodePaths(node.stateDir).etc, "kubernetes/admin.conf"), "utf8");
    const shown = await succeeds("pulumi", "stack", "output", "kubeconfig");
    expect(shown.stdout.trim()).to.equal("[secret]");
    expect(server).to.be.a("string");
    expect(admin).to.include(`server: ${server}\n`);
  });

  it("has nothing of the stack left after down", async () => {
    await succeeds("down");
    const left = await kubectl("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}");
    expect(left.split(" ")).to.have.members(owners);
    expect(await kubectl("get", "crds", "-o", "name")).to.equal("");
    const kinds =
      "clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,apiservices";
    const objects = await kubectl("get", kinds, "-o", "json", "--show-managed-fields");
    const { items } = JSON.parse(objects) as {
      items: { metadata: { name: string; managedFields?: { manager: string }[] } }[];
    };
    const ours = items.filter(({ metadata }) =>
      metadata.managedFields?.some(({ manager }) => manager.startsWith("pulumi")),
    );
    expect(ours.map(({ metadata }) => metadata.name)).to.deep.equal([]);
    // A volume is its provisioner's to remove once its claim is gone.
    await until("no volume is left", async () => (await kubectl("get", "pv", "-o", "name")) === "");
  });
});
