import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Row } from "../cli/commands/bench";
import { baseImages, tools } from "../infra/versions";
import type { Context } from "../plugins/base";
import { localNode } from "../plugins/stack/kinds/localNode";
import { run as runCommand } from "../node/enter";
import { nodePaths } from "../node/paths";
import { DEFAULT_SUBNET } from "../node/settings";
import { KUBERNETES_VERSION } from "../node/toolchainSupplies";
import { ensureTools } from "../infra/recipes";
import { storageObjects, webObjects } from "../tests/support/cluster/testNode";
import { freePorts } from "../tests/support/machine/ports";
import { until } from "../tests/support/machine/until";

const name = "bench-upgrade";
const nodePort = 31081;

/** What it measures. */
export const title = `A node of Kubernetes ${tools.kubernetes.earlier[0]} upgraded to ${tools.kubernetes.version} under a running pod`;

/**
 * Makes a node of the earlier version with a pod that serves from a volume, upgrades it in place, and looks that the pod is the same
 * one, with its volume, at the same port. Obtains the earlier version first, which takes minutes where it must be built.
 * @throws when the node or the pod is not what it should be afterwards
 */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ks-"));
  const stateDir = path.join(folder, "node");
  const paths = nodePaths(stateDir);
  const [apiPort = 0, hostPort = 0] = await freePorts(2);
  const ctx: Context = {
    urn: `urn:pulumi:${name}::kubeflow-stack::${localNode.type}::${name}`,
    name,
    type: localNode.type,
    preview: false,
    timeoutSeconds: 0,
    signal: new AbortController().signal,
    log: () => undefined,
    status: (message) => process.stderr.write(`${message}\n`),
  };
  const before = {
    name,
    kubernetesVersion: tools.kubernetes.earlier[0],
    subnet: DEFAULT_SUBNET,
    stateDir,
    apiPort,
    publish: [{ name: "page", hostPort, nodePort }],
    images: [baseImages.python],
  };
  const after = { ...before, kubernetesVersion: KUBERNETES_VERSION };
  const toolbox = await ensureTools(["kubernetes"]);
  const kubectl = (...words: string[]) =>
    runCommand([toolbox.bin("kubectl"), "--kubeconfig", paths.kubeconfig, ...words], {
      env: { HOME: tmpdir(), PATH: process.env["PATH"] },
    });
  const pod = () => kubectl("get", "pod", "web", "-o", "jsonpath={.metadata.uid}");
  const versions = async () =>
    (
      await kubectl(
        ...["get", "nodes,pods", "-A", "-o"],
        "jsonpath={.items[*].status.nodeInfo.kubeletVersion} {.items[*].spec.containers[*].image}",
      )
    ).split(/\s+/);
  const page = `http://127.0.0.1:${hostPort}/greeting`;
  const greeting = async () => (await fetch(page, { signal: AbortSignal.timeout(2000) })).text();
  const timed = async (what: string, work: () => Promise<unknown>): Promise<Row> => {
    const started = performance.now();
    await work();
    return { name: what, value: (performance.now() - started) / 1000, unit: "s" };
  };
  const expect = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`After the upgrade ${what}.`);
  };
  try {
    let state = (await localNode.create(before, ctx)).state;
    const objects = path.join(folder, "objects.json");
    const items = [...(await storageObjects()), ...webObjects(nodePort)];
    writeFileSync(objects, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await kubectl("apply", "--server-side", "-f", objects);
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=120s");
    await kubectl("exec", "web", "--", "sh", "-c", "echo hello >/disk/greeting");
    await until("the page answers", async () => (await greeting()) === "hello\n");
    const uid = await pod();
    const rows = [
      await timed("upgrade", async () => {
        state = (await localNode.update?.(name, state, before, after, ctx)) ?? state;
      }),
      await timed("until the pod's page answers", () =>
        until("the page answers", async () => (await greeting()) === "hello\n"),
      ),
    ];
    expect((await pod()) === uid, "the pod is another one");
    const found = await versions();
    const old = found.filter((text) => text.includes(before.kubernetesVersion));
    expect(old.length === 0, `something is still of the version before: ${old.join(", ")}`);
    expect(found.includes(`v${after.kubernetesVersion}`), `the kubelet is none of ${after.kubernetesVersion}`);
    const again = await localNode.diff?.(name, state, after, after, ctx);
    expect(again?.changes === false, "there is still something to change");
    return rows;
  } finally {
    await localNode.delete(
      name,
      { stateDir, kubeconfig: "", containerdSocket: "", status: "", kubernetesVersion: "" },
      ctx,
    );
    rmSync(folder, { recursive: true, force: true });
  }
}
