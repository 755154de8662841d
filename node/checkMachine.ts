/** What is wrong with a machine for a node, in sentences. */
import type { Machine } from "./machine";
import type { Fault } from "./settings";

const GIB = 2 ** 30;
/** GiB of memory that a node needs with the core platform, its training and its serving. */
export const LEAST_MEMORY = 6;
/** GiB of disk that the node's images and volumes need to begin with: a core stack takes 4.1 when it is up. */
export const LEAST_DISK = 6;
const ELSEWHERE = "use a cluster that runs elsewhere (set cluster to kubeconfig)";

/**
 * Everything that keeps a machine from carrying a node, but for ports and disk.
 * @param leastMemory - GiB that what is to run on the node needs. Default: what the core platform needs
 */
export function checkMachine(machine: Machine, leastMemory = LEAST_MEMORY): Fault[] {
  if (machine.platform !== "linux")
    return [
      { subject: "system", message: `A local node needs Linux and this system is ${machine.platform}: ${ELSEWHERE}.` },
    ];
  const faults: Fault[] = [];
  const fault = (subject: string, message: string) => faults.push({ subject, message });
  const { architecture, userId, memory, missingPrograms, missingDevices, readOnlyCgroups } = machine;
  if (!["x64", "arm64"].includes(architecture))
    fault("architecture", `A local node needs an x64 or arm64 processor and this is ${architecture}: ${ELSEWHERE}.`);
  if (userId !== 0) fault("user", `A local node needs root and this is user ${userId}: run the command with sudo.`);
  else if (!machine.mayAdminister)
    fault(
      "capabilities",
      "A local node needs CAP_SYS_ADMIN and CAP_NET_ADMIN, which root lacks here: run on the machine itself, or in a privileged container.",
    );
  if (memory < leastMemory * GIB)
    fault(
      "memory",
      `A local node needs ${leastMemory} GiB of memory for what is configured, and this machine has ${gib(memory)}: add memory, or ${ELSEWHERE}.`,
    );
  if (missingPrograms.length > 0)
    fault("programs", `The PATH has no ${missingPrograms.join(", ")}: install the package util-linux.`);
  for (const controller of ["memory", "cpu", "pids"])
    if (!machine.controllers.includes(controller))
      fault(
        "cgroups",
        `No cgroup hierarchy under /sys/fs/cgroup has the ${controller} controller: switch it on (kernel parameter cgroup_enable=${controller}) and boot again.`,
      );
  if (readOnlyCgroups !== undefined)
    fault(
      "cgroups",
      `The cgroup hierarchy ${readOnlyCgroups} is mounted read-only: run on the machine itself, or mount it writable.`,
    );
  if (!machine.overlay)
    fault("overlay", "The kernel has no overlay file system: load it with `modprobe overlay`, or use another kernel.");
  for (const device of missingDevices)
    fault(
      "devices",
      `The device ${device} is missing: load its module (modprobe ${device.split("/").at(-1)}) or hand it in.`,
    );
  return faults;
}

/** GiB with one digit behind the point. */
export function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

/** What is wrong with the free space for a new node, if anything. */
export function checkFreeSpace(folder: string, bytes: number): Fault[] {
  if (bytes >= LEAST_DISK * GIB) return [];
  return [
    {
      subject: "disk",
      message: `A new node needs ${LEAST_DISK} GiB of disk and ${folder} has ${gib(bytes)} free: free some, or put the state elsewhere with XDG_STATE_HOME.`,
    },
  ];
}
