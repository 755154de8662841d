/** The supervisor seen from outside: written for, started, replaced. */
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cgroupName, makeCgroups, systemCgroupFiles } from "./cgroups";
import { containerdConfig, podNetworkConfig } from "./config/containerd";
import { kubeadmConfig, kubeadmPatches, patchesDir } from "./config/kubeadm";
import { PASTA_CUT_OFF, pastaCommand } from "./config/pasta";
import { readIfThere, writeWhole } from "./files";
import { type HostTraits } from "./host";
import { openLog } from "./logs";
import { type NodePaths } from "./paths";
import { endProcess, isAlive } from "./processes";
import { type NodeSettings } from "./settings";
import { type NodeNetwork } from "./subnets";
import { recorded, recordFile, type Service, type Supervision, versionFile } from "./supervision";
import { type NodeTools, scriptPath, searchPath } from "./tools";
import { nodeResolvConf, wayOut } from "./wayOut";

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
      followsWayOut: false,
      revision: revisions.containerd,
    },
    {
      name: "pasta",
      command: pastaCommand(settings, network, tools),
      cutOff: PASTA_CUT_OFF,
      env,
      place: "machine",
      needs: [],
      followsWayOut: true,
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
      followsWayOut: false,
      revision: revisions.kubelet,
    },
  ];
  return {
    name: settings.name,
    stateDir: paths.stateDir,
    holderEnv: {
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
  for (const script of ["launch.sh", "holder.sh"])
    writeWhole(join(paths.config, script), readFileSync(scriptPath(script), "utf8"));
  const containerd = containerdConfig(paths, tools, traits, pause);
  const kubeadm = kubeadmConfig(settings, paths, network, traits);
  writeWhole(join(paths.etc, "containerd/config.toml"), containerd);
  writeWhole(join(paths.etc, "cni/net.d/10-pods.conflist"), podNetworkConfig(network), 0o644);
  writeWhole(join(paths.etc, "resolv.conf"), nodeResolvConf(network.resolver, wayOut()), 0o644);
  for (const [name, patch] of Object.entries(kubeadmPatches())) writeWhole(join(patchesDir(paths), name), patch);
  return { containerd: digest(containerd), kubeadm };
}

/** Digest of the program that supervises, so that a newer one replaces an older one. */
function supervisorVersion(): string {
  const sources = readdirSync(__dirname).filter((file) => file.endsWith(".ts"));
  return digest(...sources.map((file) => readFileSync(join(__dirname, file), "utf8")));
}

/** Makes sure that a supervisor of this program's version watches the node. What the old one ran goes on running. */
export async function ensureSupervisor(paths: NodePaths, signal: AbortSignal): Promise<void> {
  const version = supervisorVersion();
  const running = recorded(paths, "supervisor");
  if (isAlive(running)) {
    if (readIfThere(versionFile(paths, "supervisor")) === version) return;
    await endProcess(running, 0);
  }
  const name = cgroupName(paths.stateDir);
  makeCgroups(name);
  writeWhole(versionFile(paths, "supervisor"), version);
  const log = openLog(join(paths.logs, "supervisor.log"));
  // It moves into the node's cgroup before it is anything else: whoever removes the node finds it there, recorded or not.
  const enter = 'for file; do [ "$file" = -- ] && break; echo 0 >"$file"; shift; done; shift; exec "$@"';
  const launch = ["sh", join(paths.config, "launch.sh"), recordFile(paths, "supervisor")];
  const program = [
    process.execPath,
    "--require",
    require.resolve("../../../toolchain/typescript.cjs"),
    join(__dirname, "supervisor.ts"),
  ];
  const child = spawn(
    "sh",
    ["-c", enter, "sh", ...systemCgroupFiles(name), "--", ...launch, ...program, paths.stateDir],
    {
      cwd: "/",
      detached: true,
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", log, log],
    },
  );
  const failed = new Promise<never>((_resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The node's supervisor ended at once (${code}); see ${paths.logs}.`)));
  });
  child.unref();
  const recordedYet = async () => {
    while (!isAlive(recorded(paths, "supervisor"))) await delay(20, undefined, { signal });
  };
  await Promise.race([recordedYet(), failed]);
}
