import { execFileSync } from "node:child_process";
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";

/** What a local node must leave as it found it, for comparison by deep equality. */
export interface MachineState {
  readonly mounts: string[];
  readonly interfaces: string[];
  readonly rules: string;
  readonly folders: Record<string, boolean>;
  readonly kernel: Record<string, string>;
}

const FOLDERS = ["/etc/kubernetes", "/var/lib/kubelet", "/var/lib/etcd", "/run/containerd", "/var/lib/containerd"];
const KERNEL = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "net/ipv4/ip_forward",
];

/**
 * Looks at the machine from outside of every node.
 * @param iptablesSave - the program that lists the machine's packet filter
 */
export function machineState(iptablesSave: string): MachineState {
  return {
    mounts: readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) => line.split(" ").slice(2).join(" "))
      .sort(),
    interfaces: readdirSync("/sys/class/net").sort(),
    rules: execFileSync(iptablesSave, { encoding: "utf8" }).replace(/^#.*\n|\[\d+:\d+\]/gm, ""),
    folders: Object.fromEntries(FOLDERS.map((folder) => [folder, existsSync(folder)])),
    kernel: Object.fromEntries(KERNEL.map((key) => [key, readFileSync(`/proc/sys/${key}`, "utf8").trim()])),
  };
}

/** The addresses of this machine on which something listens for TCP at that port, such as `127.0.0.1`. */
export function listeners(port: number): string[] {
  const addresses = (file: string) =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = "", , state]) => state === "0A" && Number.parseInt(local.split(":")[1] ?? "", 16) === port)
      .map(([, local = ""]) => local.split(":")[0] ?? "");
  const dotted = (hex: string) =>
    (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
  return [...addresses("/proc/net/tcp").map(dotted), ...addresses("/proc/net/tcp6")];
}

/** Processes of this machine whose command line or cgroup holds a text, as `PID command line`. */
export function processesNaming(text: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
        // One that has ended and waits for its parent to hear of it has no command line any more.
        const isOurs = command !== "" && (command.includes(text) || groups.includes(text));
        return isOurs ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

/** Folders of cgroups whose path holds a text. */
export function cgroupsNaming(text: string): string[] {
  const below = (folder: string, depth: number): string[] =>
    entriesOf(folder)
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`)
      .flatMap((path) => [...(path.includes(text) ? [path] : []), ...(depth > 0 ? below(path, depth - 1) : [])]);
  return below("/sys/fs/cgroup", 2);
}

/** A folder's entries; none where it went in the meantime. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
