/** The node's own cgroup: pods and the node's programs live in it, and being in it proves that a process is the node's. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Name of a node's cgroup: its state folder's name, and a digest of where that lies, since names repeat between users. */
export function cgroupName(stateDir: string): string {
  return `${basename(stateDir)}-${createHash("sha256").update(stateDir).digest("hex").slice(0, 8)}`;
}

/** Path of a cgroup of that name below each hierarchy's root. */
export function cgroupPath(name: string): string {
  return `/kubeflow-stack/${name}`;
}

/** A mounted cgroup hierarchy. */
export interface Hierarchy {
  readonly mountPoint: string;
  readonly version: 1 | 2;
  /** The controllers it has, or `name=…`. */
  readonly controllers: readonly string[];
}

/** Reads the hierarchies out of /proc/mounts' text. */
export function parseHierarchies(mounts: string): Hierarchy[] {
  const found = new Map<string, Hierarchy>();
  for (const line of mounts.split("\n")) {
    const [, mountPoint = "", type, options = ""] = line.split(" ");
    const words = options.split(",");
    if (type === "cgroup")
      found.set(mountPoint, {
        mountPoint,
        version: 1,
        controllers: words.filter((word) => V1_CONTROLLERS.has(word) || word.startsWith("name=")),
      });
    if (type === "cgroup2") found.set(mountPoint, { mountPoint, version: 2, controllers: [] });
  }
  return [...found.values()];
}

const V1_CONTROLLERS = new Set(
  "cpu cpuacct cpuset memory devices freezer blkio pids hugetlb perf_event net_cls net_prio rdma misc".split(" "),
);

/** The hierarchies mounted now, seen from this process. */
export function hierarchies(): Hierarchy[] {
  return parseHierarchies(readFileSync("/proc/self/mounts", "utf8"));
}

/** Makes the node's cgroup in every hierarchy, with the leaf `system` for the node's own programs. */
export function makeCgroups(name: string): void {
  for (const { mountPoint, version } of hierarchies()) {
    let path = mountPoint;
    for (const part of ["", "kubeflow-stack", name, "system"]) {
      const parent = path;
      path = join(path, part);
      mkdirSync(path, { recursive: true });
      if (version === 1) inheritCpuset(parent, path);
      else if (part !== "system") delegate(path);
      if (part === "kubeflow-stack" || part === name) shareProcessors(path);
    }
  }
}

/**
 * A group counts as much as a single process outside of it, until it is told otherwise: on a busy machine the whole node would get
 * what one compiler gets.
 */
function shareProcessors(path: string): void {
  const processors = availableParallelism();
  for (const [file, value] of [
    ["cpu.shares", 4096 * processors],
    ["cpu.weight", Math.min(400 * processors, 10_000)],
  ] as const) {
    const share = join(path, file);
    if (existsSync(share)) writeFileSync(share, `${value}`);
  }
}

/** A new v1 cpuset has no processors, and takes no process, until it is told. */
function inheritCpuset(parent: string, path: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const own = join(path, file);
    if (existsSync(own) && readFileSync(own, "utf8").trim() === "")
      writeFileSync(own, readFileSync(join(parent, file), "utf8"));
  }
}

/** What the kubelet does not do without. */
const NEEDED = ["cpu", "memory", "pids"];

/**
 * In v2 a cgroup hands each controller on to its children by name.
 * @param write - writes a file; the file system's own unless given
 * @throws one sentence when one that a node needs cannot be handed on
 */
export function delegate(path: string, write: (file: string, text: string) => void = writeFileSync): void {
  const words = (file: string) => readFileSync(join(path, file), "utf8").trim().split(" ").filter(Boolean);
  const handedOn = words("cgroup.subtree_control");
  for (const controller of words("cgroup.controllers").filter((name) => !handedOn.includes(name))) {
    try {
      write(join(path, "cgroup.subtree_control"), `+${controller}`);
    } catch (error) {
      // The kubelet does without the others.
      if (NEEDED.includes(controller)) throw new Error(notHandedOn(path, controller, error), { cause: error });
    }
  }
}

function notHandedOn(path: string, controller: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // The kernel lets only the machine's own root group have both processes and children with controllers.
  return code === "EBUSY"
    ? `The cgroup ${path} cannot hand the ${controller} controller on to a node, since processes run in it, as in a container: move them into a group below it (write their ids into ${path}/init/cgroup.procs), or run on the machine itself.`
    : `The cgroup ${path} does not hand the ${controller} controller on to a node (${message}): run on the machine itself, or in a container that may change its cgroups.`;
}

/** Files into which a process writes `0` to move itself among the node's own programs. */
export function systemCgroupFiles(name: string): string[] {
  return hierarchies().map(({ mountPoint }) => join(mountPoint, cgroupPath(name), "system/cgroup.procs"));
}

function folders(root: string): string[] {
  if (!existsSync(root)) return [];
  const below = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap((entry) => folders(join(root, entry.name))), root];
}

/** Every process in the node's cgroup, in any hierarchy. */
export function cgroupProcesses(name: string): Set<number> {
  const pids = new Set<number>();
  for (const { mountPoint } of hierarchies())
    for (const folder of folders(join(mountPoint, cgroupPath(name)))) {
      try {
        for (const pid of readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n"))
          if (Number(pid) > 0) pids.add(Number(pid));
      } catch {
        // Gone between listing and reading.
      }
    }
  return pids;
}

/** Ends every process in the node's cgroup and removes it; returns once nothing is left. */
export async function removeCgroups(name: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    for (const pid of cgroupProcesses(name)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone already.
      }
    }
    const left = hierarchies().flatMap(({ mountPoint }) => folders(join(mountPoint, cgroupPath(name))).filter(stays));
    if (left.length === 0) break;
    if (Date.now() > deadline)
      throw new Error(`The cgroup ${left[0]} could not be removed within ${timeoutMs / 1000} s; try again.`);
    await delay(20);
  }
  // The folder of all nodes goes with the last of them.
  for (const { mountPoint } of hierarchies()) stays(join(mountPoint, "kubeflow-stack"));
}

/** Removes one cgroup; true when it cannot be removed yet. */
function stays(folder: string): boolean {
  try {
    rmdirSync(folder);
    return false;
  } catch {
    return existsSync(folder);
  }
}
