import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { baseImages } from "../../infra/versions";
import { type Context } from "../../plugins/base";
import { localNode, type LocalNodeState } from "../../plugins/stack/kinds/localNode";
import { NodeApi } from "../../node/api";
import { cgroupName, cgroupProcesses } from "../../node/cgroups";
import { run } from "../../node/enter";
import { readIfThere } from "../../node/files";
import { nodeHealth } from "../../node/health";
import { defaultStateDir, nodePaths } from "../../node/paths";
import { isAlive, signalProcess } from "../../node/processes";
import { DEFAULT_SUBNET, type NodeSettings } from "../../node/settings";
import { type ProcessName, recorded } from "../../node/supervision";
import { connectsFromNode, webhookAddresses } from "../../node/webhooks";
import { KUBERNETES_VERSION } from "../../node/toolchainSupplies";
import { silent, type Toolbox } from "../../toolchain";
import { ensureTools } from "../../infra/recipes";
import { cgroupsNaming, listeners, type MachineState, machineState, processesNaming } from "../support/machine/machine";
import { knownName } from "../support/stack/knownName";
import { freePort, storageObjects, webObjects } from "../support/cluster/testNode";
import { until } from "../support/machine/until";

const NAME = "node-test";
const NODE_PORT = 31080;
const stateDir = defaultStateDir(NAME);
const paths = nodePaths(stateDir);

const ctx: Context = {
  urn: `urn:pulumi:${NAME}::kubeflow-stack::${localNode.type}::${NAME}`,
  name: NAME,
  type: localNode.type,
  preview: false,
  timeoutSeconds: 0,
  signal: new AbortController().signal,
  log: () => undefined,
  status: () => undefined,
};

// One story: each test goes on from where the one before left the node.
describe("a local node", function () {
  this.timeout(600_000);
  this.bail(true);

  let toolbox: Toolbox;
  let machine: MachineState;
  let settings: NodeSettings;
  let state: LocalNodeState;
  let page: string;

  // The node is its backend's as long as that is there: one of the test's own, since a fresh clone has none yet.
  let backend: string;
  const backendBefore = process.env["PULUMI_BACKEND_URL"];
  const look = () => machineState(toolbox.bin("iptables-save"));
  const kubectl = async (...args: string[]) =>
    run([toolbox.bin("kubectl"), "--kubeconfig", paths.kubeconfig, ...args], {
      env: { HOME: tmpdir(), PATH: process.env["PATH"] },
    });
  const apply = async (objects: unknown[]) => {
    const file = join(tmpdir(), `${NAME}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await kubectl("apply", "--server-side", "-f", file);
  };
  const inPod = async (program: string) => (await kubectl("exec", "web", "--", "python3", "-c", program)).trim();
  const pageAnswers = async () => (await fetch(page, { signal: AbortSignal.timeout(2000) })).ok;
  const update = async (change: Partial<NodeSettings> = {}) => {
    const news = { ...settings, ...change };
    const found = await localNode.diff?.(NAME, state, settings, news, ctx);
    if (!found?.changes || !localNode.update) throw new Error("The diff found nothing to update.");
    state = await localNode.update(NAME, state, settings, news, ctx);
    settings = news;
  };
  const expectNothingLeft = () => {
    expect(existsSync(stateDir), stateDir).to.equal(false);
    expect(processesNaming(cgroupName(stateDir)).concat(processesNaming(stateDir))).to.deep.equal([]);
    expect(cgroupsNaming(cgroupName(stateDir))).to.deep.equal([]);
    expect(look()).to.deep.equal(machine);
  };
  const remove = async () => localNode.delete(NAME, { ...state, stateDir }, ctx);

  before(async () => {
    backend = mkdtempSync(join(tmpdir(), "node-test-backend-"));
    process.env["PULUMI_BACKEND_URL"] = `file://${backend}`;
    toolbox = await ensureTools(["kubernetes", "iptables"], silent);
    await remove();
    machine = look();
    const [apiPort, hostPort] = [await freePort(), await freePort()];
    settings = {
      name: NAME,
      kubernetesVersion: KUBERNETES_VERSION,
      subnet: DEFAULT_SUBNET,
      stateDir,
      apiPort,
      publish: [{ name: "page", hostPort, nodePort: NODE_PORT }],
      images: [baseImages.python],
    };
    page = `http://127.0.0.1:${hostPort}/`;
    ({ state } = await localNode.create(settings, ctx));
  });

  after(async () => {
    await remove();
    if (backendBefore === undefined) delete process.env["PULUMI_BACKEND_URL"];
    else process.env["PULUMI_BACKEND_URL"] = backendBefore;
    rmSync(backend, { recursive: true });
  });

  it("is a real Kubernetes node that is ready once it is created", async () => {
    const [node] = (JSON.parse(await kubectl("get", "nodes", "-o", "json")) as { items: never[] }).items as {
      status: { nodeInfo: { kubeletVersion: string }; conditions: { type: string; status: string }[] };
    }[];
    expect(node?.status.nodeInfo.kubeletVersion).to.equal(`v${KUBERNETES_VERSION}`);
    expect(node?.status.conditions.find(({ type }) => type === "Ready")?.status).to.equal("True");
    expect((await localNode.diff?.(NAME, state, settings, settings, ctx))?.changes).to.equal(false);
  });

  it("runs a pod with a volume of its own, reached at a published port", async () => {
    await apply([...(await storageObjects()), ...webObjects(NODE_PORT)]);
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=120s");
    const claim = await kubectl("get", "pvc", "disk", "-o", "jsonpath={.status.phase} {.spec.storageClassName}");
    expect(claim).to.equal("Bound local-path");
    await inPod("open('/disk/greeting','w').write('hello')");
    await until("the page answers", pageAnswers);
    expect(await (await fetch(`${page}greeting`)).text()).to.equal("hello");
  });

  it("resolves names inside the cluster, and outside names as the machine does", async () => {
    const ask = (name: string) => `import socket; print(socket.gethostbyname(${JSON.stringify(name)}))`;
    expect(await inPod(ask("kubernetes.default.svc.cluster.local"))).to.match(/^198\.19\./);
    expect(
      await inPod(`import urllib.request as u; print(u.urlopen("http://web.default/greeting").read().decode())`),
    ).to.equal("hello");
    const { name, addresses } = await knownName();
    expect(addresses, name).to.include(await inPod(ask(name)));
  });

  it("is reached on loopback only, and does not reach the machine's loopback", async () => {
    for (const port of [settings.apiPort, settings.publish[0]?.hostPort ?? 0])
      expect(listeners(port), `${port}`).to.deep.equal(["127.0.0.1"]);
    const own = await freePort();
    const { createServer } = await import("node:http");
    const server = createServer((_request, response) => response.end("the machine's own"));
    await new Promise<void>((listening) => server.listen(own, "127.0.0.1", listening));
    const gateways = ["198.19.255.129", "198.19.255.2", "127.0.0.1"];
    const tries = gateways.map((host) => `http://${host}:${own}/`);
    const program = `import urllib.request as u\nfor a in ${JSON.stringify(tries)}:\n  try: print(u.urlopen(a, timeout=2).read())\n  except OSError: pass`;
    expect(await inPod(program)).to.equal("");
    await new Promise((closed) => server.close(closed));
  });

  it("leaves the machine unchanged", () => expect(look()).to.deep.equal(machine));

  for (const name of [
    "containerd",
    "kubelet",
    "pasta",
    "holder",
    "supervisor",
    "keeper",
  ] as const satisfies readonly ProcessName[])
    it(`restarts its ${name} after a SIGKILL`, async () => {
      const old = recorded(paths, name);
      expect(signalProcess(old, "SIGKILL")).to.equal(true);
      await until(`another ${name}`, () => isAlive(recorded(paths, name)) && recorded(paths, name)?.pid !== old?.pid);
      await until("the API answers", async () => (await nodeHealth(stateDir)).status === "running", 90);
      await until("the page answers", pageAnswers, 120);
      expect(await (await fetch(`${page}greeting`)).text()).to.equal("hello");
    });

  it("restarts its control plane, DNS and proxy after a SIGKILL of all of them", async () => {
    const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "coredns"];
    const running = () => {
      const commands = [...cgroupProcesses(cgroupName(stateDir))].flatMap((pid) => {
        const [program = ""] = (readIfThere(`/proc/${pid}/cmdline`) ?? "").split("\0");
        return names.includes(basename(program)) ? [[basename(program), pid] as const] : [];
      });
      return new Map(commands);
    };
    // That the API and one pod answer does not say that the others are back from the kills before.
    const old = await until("all of them run", () => [running()].find((found) => found.size === names.length), 120);
    for (const pid of old.values()) process.kill(pid, "SIGKILL");
    await until(
      "others of them",
      () => names.every((name) => ![undefined, old.get(name)].includes(running().get(name))),
      180,
    );
    await until("the API answers", async () => (await nodeHealth(stateDir)).status === "running", 90);
    const lookup = 'import socket; print(socket.gethostbyname("kubernetes.default.svc.cluster.local"))';
    await until("a pod finds a name", async () => (await inPod(lookup)) !== "", 120);
    await until("the page answers", pageAnswers);
  });

  /** Kills the supervisor and its keeper at once: neither has the time to bring the other back. */
  const killBoth = () => {
    const both = [recorded(paths, "supervisor"), recorded(paths, "keeper")];
    for (const signal of ["SIGSTOP", "SIGKILL"] as const)
      for (const one of both) expect(signalProcess(one, signal)).to.equal(true);
  };

  it("reports that its supervisor is gone and restarts it by an update, with nothing else disturbed", async () => {
    const kubelet = recorded(paths, "kubelet");
    killBoth();
    // A killed process is gone only once the kernel has got round to it.
    await until("the supervisor has ended", async () => (await nodeHealth(stateDir)).status === "stopped", 10);
    await update();
    expect((await nodeHealth(stateDir)).status).to.equal("running");
    expect(recorded(paths, "kubelet")).to.deep.equal(kubelet);
  });

  it("is restarted by an update after a reboot, with its pods back and its webhooks reached", async () => {
    const rule = { apiGroups: ["none.example"], apiVersions: ["v1"], resources: ["nothing"], operations: ["CREATE"] };
    const webhook = {
      name: "web.none.example",
      rules: [rule],
      clientConfig: { service: { namespace: "default", name: "web", port: 80 } },
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    };
    const configuration = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "web" },
      webhooks: [webhook],
    };
    await apply([configuration]);
    killBoth();
    signalProcess(recorded(paths, "holder"), "SIGKILL");
    await until("all has ended", async () => Object.keys((await nodeHealth(stateDir)).processes).length === 0);
    await update();
    // kube-proxy hears of a pod a moment after it is ready; the update waits for that, too.
    const connects = connectsFromNode(paths, ctx.signal);
    const addresses = await webhookAddresses(new NodeApi(readIfThere(paths.kubeconfig) ?? ""));
    expect(addresses.map(({ service }) => service)).to.deep.equal(["default/web"]);
    for (const address of addresses) expect(await connects(address), address.service).to.equal(true);
    await until("the page answers", pageAnswers);
    await kubectl("delete", "validatingwebhookconfiguration", "web");
  });

  it("changes its published ports by an update that the preview shows", async () => {
    const [apiPort, hostPort] = [await freePort(), await freePort()];
    const publish = [{ name: "page", hostPort, nodePort: NODE_PORT }];
    const known = await localNode.previewState?.({ ...settings, apiPort, publish }, state, ctx);
    const old = settings.apiPort;
    await update({ apiPort, publish });
    expect(state.kubeconfig).to.equal(known?.kubeconfig).and.include(`https://127.0.0.1:${apiPort}`);
    page = `http://127.0.0.1:${hostPort}/`;
    await until("the page answers", pageAnswers);
    expect(listeners(old)).to.deep.equal([]);
  });

  it("is read from its state folder", async () => {
    const read = await localNode.read?.(NAME, undefined, undefined, ctx);
    expect(read?.state).to.deep.include({ status: "running", kubeconfig: state.kubeconfig });
    expect(read?.inputs).to.deep.equal(settings);
    expect(await localNode.read?.("no-such-node", undefined, undefined, ctx)).to.equal(undefined);
  });

  it("is neither started nor removed by another stack of its name", async () => {
    const urn = `urn:pulumi:${NAME}::another-project::${localNode.type}::${NAME}`;
    const works = [localNode.create(settings, { ...ctx, urn }), localNode.delete(NAME, state, { ...ctx, urn })];
    for (const work of works)
      expect(String(await Promise.resolve(work).catch((error: unknown) => error)))
        .to.include(`The node ${NAME}`)
        .and.include("npm run down");
    expect((await nodeHealth(stateDir)).status).to.equal("running");
  });

  it("is replaced by one in another subnet, which stays when the old one is removed", async () => {
    const news = { ...settings, subnet: "198.18.64.0/18" };
    const found = await localNode.diff?.(NAME, state, settings, news, ctx);
    expect(found?.replaces).to.deep.equal(["subnet"]);
    const [old, holder] = [state, recorded(paths, "holder")];
    ({ state } = await localNode.create(news, ctx));
    settings = news;
    await localNode.delete(NAME, old, ctx);
    expect(isAlive(holder), "the node before").to.equal(false);
    expect((await nodeHealth(stateDir)).status).to.equal("running");
    const pods = await kubectl("get", "pods", "-A", "-o", "jsonpath={.items[*].status.podIP}");
    for (const address of pods.split(" ")) expect(address).to.match(/^198\.18\.(6[4-9]|[789]\d|1[01]\d|12[0-7])\./);
  });

  it("names in one sentence the port that is taken", async () => {
    const [port] = [settings.apiPort];
    const other = { ...settings, name: "other", stateDir: defaultStateDir("other"), publish: [] };
    const failure = await Promise.resolve(localNode.create(other, ctx)).catch((error: unknown) => error);
    expect(String(failure)).to.include(`Port ${port} of 127.0.0.1`).and.include("another port");
    expect(existsSync(other.stateDir)).to.equal(false);
  });

  it("leaves nothing when it is deleted after its supervisor died", async () => {
    const holder = recorded(paths, "holder");
    const network = readlinkSync(`/proc/${holder?.pid}/ns/net`);
    killBoth();
    await remove();
    expectNothingLeft();
    expect(processesNaming(network)).to.deep.equal([]);
    expect((await nodeHealth(stateDir)).status).to.equal("absent");
  });

  it("leaves nothing when it is deleted half created, and can be created again", async () => {
    const killedWhen = async (saying: RegExp) => {
      const main = resolve(__dirname, "../../node/main.ts");
      const making = spawn(process.execPath, ["--import", "tsx", main, "up", NAME, `${settings.apiPort}`], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      making.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
      const ended = new Promise((done) => making.once("exit", done));
      await until(`${saying}`, () => saying.test(said), 120);
      making.kill("SIGKILL");
      await ended;
      expect((await nodeHealth(stateDir)).status).to.equal("half-made");
    };
    await killedWhen(/loading image/);
    await killedWhen(/control-plane-check/);
    await remove();
    expectNothingLeft();
    await killedWhen(/control-plane-check/);
    ({ state } = await localNode.create(settings, ctx));
    expect((await nodeHealth(stateDir)).status).to.equal("running");
    await remove();
    expectNothingLeft();
  });
});
