/** The supervisor seen from outside: written for, started, replaced. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cgroupName, makeCgroups, systemCgroupFiles } from "./cgroups";
import { containerdConfig, podNetworkConfig } from "./config/containerd";
import { kubeadmConfig, kubeadmPatches, patchesDir } from "./config/kubeadm";
import { PASTA_ISOLATED, pastaCommand } from "./config/pasta";
import { readIfThere, writeWhole } from "./files";
import { type HostTraits } from "./host";
import { startKeeper } from "./keeper";
import { type NodePaths } from "./paths";
import { endProcess, isAlive } from "./processes";
import { type NodeSettings } from "./settings";
import { type NodeNetwork } from "./subnets";
import { recorded, type Service, type Supervision, versionFile } from "./supervision";
import { type NodeTools, scriptPath, searchPath } from "./tools";
import { nodeResolvConf, readUplink } from "./uplink";

/** Longest that a supervisor may take to be there. */
const START_MS = 60_000;

const digest = (...texts: string[]) => createHash("sha256").update(texts.join("\0")).digest("hex");

/** Environment of programs that fetch: the machine's proxies, which the node's own networks must not pass through. */
function proxies(network: NodeNetwork): Record<string, string> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => /^https?_proxy$/i.test(entry[0]) && Boolean(entry[1]),
  );
  if (given.length === 0) return {};
  const exempt = [process.env["NO_PROXY"] ?? process.env["no_proxy"], network.all, "127.0.0.1", "localhost", ".svc"];
  return { ...Object.fromEntries(given), NO_PROXY: exempt.filter(Boolean).join(",") };
}

/** What the supervisor is to run for these settings. */
export function supervisionOf(
  settings: NodeSettings,
  paths: NodePaths,
  network: NodeNetwork,
  tools: NodeTools,
  revisions: { containerd: string; kubelet: string },
): Supervision {
  const env = { PATH: searchPath(tools), HOME: "/root", LANG: "C.UTF-8" };
  const kubeletConfig = "/var/lib/kubelet/config.yaml";
  const services: Service[] = [
    {
      name: "containerd",
      command: [tools.containerd, "--config", "/etc/containerd/config.toml"],
      env: { ...env, ...proxies(network) },
      place: "node",
      needs: [join(paths.etc, "containerd/config.toml")],
      followsUplink: false,
      revision: revisions.containerd,
    },
    {
      name: "pasta",
      command: pastaCommand(settings, network, tools),
      isolatedArgs: PASTA_ISOLATED,
      env,
      place: "machine",
      needs: [],
      followsUplink: true,
      revision: "",
    },
    {
      name: "kubelet",
      command: [
        tools.kubelet,
        "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
        "--kubeconfig=/etc/kubernetes/kubelet.conf",
        `--config=${kubeletConfig}`,
        `--node-ip=${network.node}`,
        `--hostname-override=${settings.name}`,
      ],
      env,
      place: "node",
      needs: [join(paths.var, "lib/kubelet/config.yaml"), paths.containerdSocket],
      followsUplink: false,
      revision: revisions.kubelet,
    },
  ];
  return {
    name: settings.name,
    stateDir: paths.stateDir,
    namespaceHolderEnv: {
      PATH: env.PATH,
      NODE_NAME: settings.name,
      NODE_ADDRESS: network.node,
      ALL_NET: network.all,
      POD_NET: network.pods,
      IPTABLES: tools.iptables,
      BINDS: tools.folders.join("\n"),
    },
    resolver: network.resolver,
    services,
  };
}

/** Writes every generated file of a node. Returns what its programs must be started anew for when it changes. */
export function writeConfiguration(
  settings: NodeSettings,
  paths: NodePaths,
  network: NodeNetwork,
  tools: NodeTools,
  traits: HostTraits,
  pause: string,
): { containerd: string; kubeadm: string } {
  for (const folder of [paths.run, paths.logs, paths.config, paths.etc, paths.var, paths.opt])
    mkdirSync(folder, { recursive: true, mode: folder === paths.etc || folder === paths.var ? 0o755 : 0o700 });
  for (const script of ["launch.sh", "keeper.sh", "holder.sh"])
    writeWhole(join(paths.config, script), readFileSync(scriptPath(script), "utf8"));
  const containerd = containerdConfig(paths, tools, traits, pause);
  const kubeadm = kubeadmConfig(settings, paths, network, traits);
  writeWhole(join(paths.etc, "containerd/config.toml"), containerd);
  writeWhole(join(paths.etc, "cni/net.d/10-pods.conflist"), podNetworkConfig(network), 0o644);
  writeWhole(join(paths.etc, "resolv.conf"), nodeResolvConf(network.resolver, readUplink()), 0o644);
  for (const [name, patch] of Object.entries(kubeadmPatches())) writeWhole(join(patchesDir(paths), name), patch);
  return { containerd: digest(containerd), kubeadm };
}

/** Digest of the program that supervises and of where it is, so that a newer one replaces an older one, or one that has moved. */
function supervisorVersion(): string {
  const sources = readdirSync(__dirname).filter((file) => file.endsWith(".ts"));
  const texts = sources.map((file) => readFileSync(join(__dirname, file), "utf8"));
  return digest(process.execPath, __dirname, readFileSync(scriptPath("keeper.sh"), "utf8"), ...texts);
}

/** Makes sure that a supervisor of this program's version watches the node. What the old one ran goes on running. */
export async function ensureSupervisor(paths: NodePaths, signal: AbortSignal): Promise<void> {
  const version = supervisorVersion();
  const runs = () => isAlive(recorded(paths, "supervisor")) && isAlive(recorded(paths, "keeper"));
  if (runs() && readIfThere(versionFile(paths, "supervisor")) === version) return;
  await endSupervision(paths);
  const name = cgroupName(paths.stateDir);
  makeCgroups(name);
  writeWhole(versionFile(paths, "supervisor"), version);
  // It moves into the node's cgroup before it is anything else: whoever removes the node finds it there, recorded or not.
  const enter = 'for file; do [ "$file" = -- ] && break; echo 0 >"$file"; shift; done; shift; exec "$@"';
  const child = startKeeper(paths, version, ["sh", "-c", enter, "sh", ...systemCgroupFiles(name), "--"]);
  const failed = new Promise<never>((_resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The node's supervisor ended at once (${code}); see ${paths.logs}.`)));
  });
  const recordedYet = async () => {
    const deadline = Date.now() + START_MS;
    while (!runs()) {
      if (Date.now() > deadline) throw new Error(`The node's supervisor does not start; see ${paths.logs}.`);
      await delay(20, undefined, { signal });
    }
  };
  await Promise.race([recordedYet(), failed]);
}

/**
 * Ends a node's supervisor and its keeper, if they run, so that neither brings the other back. What the supervisor ran goes on
 * running.
 */
export async function endSupervision(paths: NodePaths): Promise<void> {
  // A supervisor that is not the recorded version ends instead of starting another keeper.
  rmSync(versionFile(paths, "supervisor"), { force: true });
  await endProcess(recorded(paths, "keeper"), 0);
  await endProcess(recorded(paths, "supervisor"), 0);
}
