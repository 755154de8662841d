/**
 * The supervisor of one node: `supervisor.ts STATE_DIR VERSION`. A session of its own, which outlives whoever started it. Runs the node's
 * first process and its services, and brings back whichever dies. What it finds running already it takes over, so it can itself
 * be killed and started again without harm.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readIfThere, writeWhole } from "./files";
import { startKeeper } from "./keeper";
import { openLog, rotateLog } from "./logs";
import { nodePaths } from "./paths";
import { placed } from "./placed";
import { endProcess, isAlive } from "./processes";
import {
  type ProcessName,
  readSupervision,
  recorded,
  recordFile,
  type Service,
  serviceVersion,
  type Supervision,
  versionFile,
} from "./supervision";
import { nodeResolvConf, readUplink, type Uplink } from "./uplink";

const PAUSE_MS = 250;
const SLOW_EVERY = 20;
const LONGEST_BACKOFF_MS = 20_000;
const SETTLED_MS = 30_000;

const paths = nodePaths(process.argv[2] ?? "");
const version = process.argv[3] ?? "";
const launch = join(paths.config, "launch.sh");

/** When each process was last started, and how long to wait before it is started again should it die at once. */
const starts = new Map<ProcessName, { at: number; backoffMs: number; ended: boolean }>();

function say(message: string): void {
  process.stdout.write(`${new Date().toISOString()} ${message}\n`);
}

/** Starts a program that records itself, writing to its own log. */
function start(name: ProcessName, command: readonly string[], env: NodeJS.ProcessEnv): void {
  const last = starts.get(name);
  const diedAtOnce = last !== undefined && Date.now() - last.at < SETTLED_MS;
  const backoffMs = diedAtOnce ? Math.min(Math.max(1000, last.backoffMs * 2), LONGEST_BACKOFF_MS) : 0;
  const begun = { at: Date.now(), backoffMs, ended: false };
  starts.set(name, begun);
  rmSync(recordFile(paths, name), { force: true });
  const log = openLog(join(paths.logs, `${name}.log`));
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: "/", detached: true, env, stdio: ["ignore", log, log] });
  child.on("error", (error) => say(`${name} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    begun.ended = true;
    say(`${name} ended: ${signal ?? code}`);
  });
  child.unref();
  say(`${name} is being started`);
}

function mayStart(name: ProcessName): boolean {
  const last = starts.get(name);
  return last === undefined || Date.now() - last.at >= Math.max(last.backoffMs, PAUSE_MS * 4);
}

/** A process that was started and has not had the time to record itself. */
function isStarting(name: ProcessName): boolean {
  const last = starts.get(name);
  return last !== undefined && !last.ended && Date.now() - last.at < 5000 && !existsSync(recordFile(paths, name));
}

/** Sees to whoever brings this process back: another one starts a supervisor of its own, which takes over. */
function keepKeeper(): void {
  const hasKeeper = isAlive(recorded(paths, "keeper"));
  const isReplaced = readIfThere(versionFile(paths, "supervisor")) !== version;
  if (hasKeeper && !isReplaced) return;
  if (!isReplaced) startKeeper(paths, version);
  say(
    isReplaced
      ? "another supervisor is to take over, or none"
      : "its keeper has ended; another starts another supervisor",
  );
  process.exit(0);
}

/** Sees to the node's first process; true when it is there and ready. */
function keepNamespaceHolder({ namespaceHolderEnv }: Supervision): boolean {
  const ready = join(paths.run, "holder.ready");
  if (isAlive(recorded(paths, "holder"))) return existsSync(ready);
  if (isStarting("holder") || !mayStart("holder")) return false;
  // Everything that ran inside ended with it; what it left on disk is what a machine finds when it starts.
  for (const left of [ready, paths.containerdSocket, `${paths.containerdSocket}.ttrpc`]) rmSync(left, { force: true });
  rmSync(paths.tmp, { recursive: true, force: true });
  const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child=KILL"];
  const script = ["sh", launch, recordFile(paths, "holder"), "sh", join(paths.config, "holder.sh"), paths.stateDir];
  for (const name of ["containerd", "pasta", "kubelet"] as const) starts.delete(name);
  start("holder", ["unshare", ...namespaces, ...script], namespaceHolderEnv);
  return false;
}

/** Sees to one service. */
async function keepService(service: Service, uplink: Uplink): Promise<void> {
  const { name, needs } = service;
  const version = serviceVersion(service, JSON.stringify(uplink));
  const running = recorded(paths, name);
  if (isAlive(running)) {
    if (readIfThere(versionFile(paths, name)) === version) return;
    say(`${name} is to run differently`);
    await endProcess(running, 10_000);
    starts.delete(name);
  }
  const namespaceHolder = recorded(paths, "holder");
  if (isStarting(name) || !mayStart(name) || !namespaceHolder || !needs.every((file) => existsSync(file))) return;
  writeWhole(versionFile(paths, name), version);
  const { command, env } = placed(service, paths, namespaceHolder.pid, uplink);
  start(name, command, env);
}

async function supervise(): Promise<never> {
  mkdirSync(paths.logs, { recursive: true });
  say(`supervisor ${process.pid} watches ${paths.stateDir}`);
  let supervision: Supervision | undefined;
  let read = 0;
  let uplink = readUplink();
  for (let turn = 0; ; turn++) {
    // The folder is removed last of all when a node is deleted.
    const changed = statSync(paths.supervision, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === undefined) process.exit(0);
    keepKeeper();
    if (supervision === undefined || changed !== read) {
      supervision = readSupervision(readFileSync(paths.supervision, "utf8"));
      read = changed;
    }
    if (turn % SLOW_EVERY === 0) {
      uplink = readUplink();
      writeWhole(join(paths.etc, "resolv.conf"), nodeResolvConf(supervision.resolver, uplink), 0o644);
      for (const name of ["supervisor", "holder", "containerd", "pasta", "kubelet"])
        rotateLog(join(paths.logs, `${name}.log`));
    }
    if (keepNamespaceHolder(supervision))
      for (const service of supervision.services) await keepService(service, uplink);
    await delay(PAUSE_MS);
  }
}

void supervise().catch((error: unknown) => {
  say(`supervisor ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
});
