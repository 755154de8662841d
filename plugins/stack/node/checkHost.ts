/** Whether this machine can carry a node: everything that is wrong, at once. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import { publishedPorts } from "./config/pasta";
import { hierarchies } from "./cgroups";
import { readIfThere } from "./files";
import { hasCapability } from "./host";
import { nodePaths } from "./paths";
import { isAlive } from "./processes";
import { checkSettings, type Fault, type NodeSettings } from "./settings";
import { recorded } from "./supervision";

const GIB = 2 ** 30;
const LEAST_MEMORY = 6;
const LEAST_DISK = 12;
const CAP_SYS_ADMIN = 21n;
const CAP_NET_ADMIN = 12n;
/** Programs of every Linux distribution that the node's scripts use. */
const PROGRAMS = ["ip", "mount", "umount", "nsenter", "unshare", "pivot_root", "hostname", "sh", "cp"];

/**
 * Looks for whatever keeps a local node from running on this machine.
 * @param settings those of the node; its ports count as free when the node itself holds them
 * @returns one sentence a fault, naming value and remedy; empty when all is well
 */
export async function checkHost(settings: NodeSettings): Promise<Fault[]> {
  const faults = [...checkSettings(settings), ...checkSystem()];
  if (settings.stateDir.startsWith("/")) faults.push(...checkSpace(settings.stateDir));
  faults.push(...(await checkPorts(settings)));
  return faults;
}

function checkSystem(): Fault[] {
  if (process.platform !== "linux")
    return [
      {
        subject: "system",
        message: `A local node needs Linux and this is ${process.platform}: set cluster to kubeconfig and use a cluster that runs elsewhere.`,
      },
    ];
  const faults: Fault[] = [];
  const fault = (subject: string, message: string) => faults.push({ subject, message });
  const status = readFileSync("/proc/self/status", "latin1");
  if (process.getuid?.() !== 0)
    fault("user", `A local node needs root and this is user ${process.getuid?.()}: run the command with sudo.`);
  else if (![CAP_SYS_ADMIN, CAP_NET_ADMIN].every((bit) => hasCapability(status, bit)))
    fault(
      "capabilities",
      "Root lacks CAP_SYS_ADMIN or CAP_NET_ADMIN here: run on the machine itself, or in a privileged container.",
    );
  const memory = totalmem() / GIB;
  if (memory < LEAST_MEMORY)
    fault(
      "memory",
      `This machine has ${memory.toFixed(1)} GiB of memory and needs ${LEAST_MEMORY}: add memory, or use a cluster elsewhere (cluster: kubeconfig).`,
    );
  const folders = (process.env["PATH"] ?? "").split(":");
  const missing = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(`${folder}/${name}`)));
  if (missing.length > 0)
    fault(
      "programs",
      `${missing.join(", ")} cannot be found on the PATH: install the packages util-linux, iproute2 and hostname.`,
    );
  const memoryCgroup = hierarchies().some(({ version, mountPoint, controllers }) =>
    version === 1
      ? controllers.includes("memory")
      : readFileSync(`${mountPoint}/cgroup.controllers`, "latin1").split(/\s+/).includes("memory"),
  );
  if (!memoryCgroup)
    fault(
      "cgroups",
      "No cgroup hierarchy under /sys/fs/cgroup has the memory controller: boot with cgroup_enable=memory.",
    );
  const filesystems = readFileSync("/proc/filesystems", "latin1").split(/\s+/);
  if (!filesystems.includes("overlay"))
    fault("overlay", "The kernel knows no overlay file system: load it with `modprobe overlay`.");
  if (!existsSync("/dev/net/tun"))
    fault("tun", "There is no /dev/net/tun, which the node's way out needs: load it with `modprobe tun`.");
  return faults;
}

/** The folder itself, or the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function checkSpace(stateDir: string): Fault[] {
  if (existsSync(stateDir)) return [];
  const { bavail, bsize } = statfsSync(existing(stateDir));
  const free = (bavail * bsize) / GIB;
  if (free >= LEAST_DISK) return [];
  return [
    {
      subject: "disk",
      message: `There are ${free.toFixed(1)} GiB free for ${stateDir} and a node needs ${LEAST_DISK}: free some, or put it elsewhere with XDG_STATE_HOME.`,
    },
  ];
}

/** The ports that the node itself holds already. */
function heldPorts(stateDir: string): Set<number> {
  const paths = nodePaths(stateDir);
  const text = readIfThere(paths.settings);
  if (text === undefined || !isAlive(recorded(paths, "pasta"))) return new Set();
  return new Set(publishedPorts(JSON.parse(text) as NodeSettings).map(({ hostPort }) => hostPort));
}

async function checkPorts(settings: NodeSettings): Promise<Fault[]> {
  const held = heldPorts(settings.stateDir);
  const ports = publishedPorts(settings).filter(({ hostPort }) => !held.has(hostPort));
  const free = await Promise.all(ports.map(async ({ hostPort }) => isFree(hostPort)));
  return ports.flatMap(({ name, hostPort }, index) =>
    free[index]
      ? []
      : [
          {
            subject: name,
            message: `Port ${hostPort} of 127.0.0.1, wanted for ${name}, is taken by another program: end that, or configure another port.`,
          },
        ],
  );
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
