/** The kind `kubeflow-stack:cluster:LocalNode`: a Kubernetes node of this machine. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { kubernetesVersions } from "../../../infra/versions";
import { type Context, type Kind, isUnknown } from "../../base";
import { bringUp } from "../../../node/bringUp";
import { checkHost } from "../../../node/checkHost";
import { diffNode } from "../../../node/diff";
import { readIfThere } from "../../../node/files";
import { nodeHealth } from "../../../node/health";
import { otherOwner, ownerByUrn } from "../../../node/owner";
import { defaultStateDir, nodePaths } from "../../../node/paths";
import { takeDown } from "../../../node/remove";
import { checkSettings, DEFAULT_SUBNET, type NodeSettings } from "../../../node/settings";
import { KUBERNETES_VERSION, noSuchVersion, toolchainSupplies } from "../../../node/toolchainSupplies";

export type LocalNodeInputs = NodeSettings;

export interface LocalNodeState {
  readonly kubeconfig: string;
  /** Tells this cluster from any other that may come under its name: the digest of its certificate authority. */
  readonly clusterId?: string;
  readonly containerdSocket: string;
  readonly stateDir: string;
  readonly status: string;
  readonly kubernetesVersion: string;
  readonly [input: string]: unknown;
}

/** Everything said, what was left out as its default. The state stays where it is, whoever runs the command next. */
function completed(news: Partial<NodeSettings>, olds?: NodeSettings): NodeSettings {
  const { name = "", kubernetesVersion = KUBERNETES_VERSION, apiPort = 16443, publish = [], images = [] } = news;
  const usual = () => (olds?.name === name ? olds.stateDir : defaultStateDir(name));
  const { subnet = DEFAULT_SUBNET, stateDir = isUnknown(name) ? "" : usual() } = news;
  return { name, kubernetesVersion, apiPort, publish, images, subnet, stateDir };
}

function clusterId(kubeconfig: string): string {
  const authority = /certificate-authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? "";
  return createHash("sha256").update(authority).digest("hex").slice(0, 16);
}

async function make(inputs: NodeSettings, ctx: Context): Promise<LocalNodeState> {
  const owner = ownerByUrn(ctx.urn);
  const faults = await checkHost(inputs, owner);
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join("\n"));
  const supplies = await toolchainSupplies(inputs.kubernetesVersion, ctx.signal, (message) => ctx.status(message));
  const node = await bringUp(inputs, owner, supplies);
  return { ...inputs, ...node, clusterId: clusterId(node.kubeconfig), status: "running" };
}

export const localNode: Kind<LocalNodeInputs, LocalNodeState> = {
  type: "kubeflow-stack:cluster:LocalNode",
  secretOutputs: ["kubeconfig"],

  check(news, olds) {
    const inputs = completed(news, olds);
    if (Object.values(inputs).some(isUnknown)) return Promise.resolve({ inputs });
    const failures = checkSettings(inputs).map(({ subject, message }) => ({ property: subject, reason: message }));
    if (!kubernetesVersions.includes(inputs.kubernetesVersion))
      failures.push({ property: "kubernetesVersion", reason: noSuchVersion(inputs.kubernetesVersion) });
    return Promise.resolve({ inputs, failures });
  },

  async diff(_id, state, olds, news, ctx) {
    // Where another's lies by now, this one's is gone.
    const isOther = otherOwner(state.stateDir, ownerByUrn(ctx.urn)) !== undefined;
    return diffNode(olds, news, isOther ? "absent" : (await nodeHealth(state.stateDir)).status);
  },

  async create(inputs, ctx) {
    return { id: inputs.name, state: await make(inputs, ctx) };
  },

  previewState(inputs, old) {
    const places = { ...inputs, containerdSocket: nodePaths(inputs.stateDir).containerdSocket, status: "running" };
    // The certificates stay when a node is updated; only the port can differ.
    if (!old) return Promise.resolve(places);
    const kubeconfig = old.kubeconfig.replace(/https:\/\/127\.0\.0\.1:\d+/, `https://127.0.0.1:${inputs.apiPort}`);
    return Promise.resolve({ ...places, kubeconfig, clusterId: old.clusterId });
  },

  async read(id, inputs, state, ctx) {
    const stateDir = state?.stateDir ?? defaultStateDir(id);
    if (otherOwner(stateDir, ownerByUrn(ctx.urn))) return undefined;
    const { status, reason } = await nodeHealth(stateDir);
    const paths = nodePaths(stateDir);
    const text = readIfThere(paths.settings);
    const kubeconfig = readIfThere(paths.kubeconfig);
    if (status === "absent" || text === undefined || kubeconfig === undefined) return undefined;
    const settings = inputs ?? (JSON.parse(text) as NodeSettings);
    return {
      id,
      inputs: settings,
      state: {
        ...settings,
        kubeconfig,
        clusterId: clusterId(kubeconfig),
        containerdSocket: paths.containerdSocket,
        stateDir,
        status: status === "running" ? status : `${status}: ${reason}`,
        kubernetesVersion: state?.kubernetesVersion ?? settings.kubernetesVersion,
      },
    };
  },

  async update(_id, _state, _olds, news, ctx) {
    return make(news, ctx);
  },

  async delete(_id, state, ctx) {
    // After a replacement it is the new one that lies there.
    const kubeconfig = readIfThere(nodePaths(state.stateDir).kubeconfig);
    if (kubeconfig !== undefined && state.clusterId !== undefined && clusterId(kubeconfig) !== state.clusterId) return;
    if (existsSync(state.stateDir)) ctx.status("removing the node");
    await takeDown(state.stateDir, ownerByUrn(ctx.urn), ctx.signal, (message) => ctx.status(message));
  },
};
