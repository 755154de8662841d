/** What a machine has of what a node needs: looked up here, judged elsewhere. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { release, totalmem } from "node:os";
import { hierarchies } from "./cgroups";
import { readIfThere } from "./files";
import { hasCapability } from "./host";

/** The properties of a machine that decide whether it can carry a node. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly userId: number | undefined;
  /** Whether this process may make namespaces, mounts and interfaces. */
  readonly mayAdminister: boolean;
  /** Bytes. */
  readonly memory: number;
  /** Programs that the node's scripts use and that are not on the PATH. */
  readonly missingPrograms: readonly string[];
  /** Controllers of all cgroup hierarchies. */
  readonly controllers: readonly string[];
  /** A cgroup hierarchy in which nothing can be made, if there is one. */
  readonly readOnlyCgroups?: string;
  /** Whether the kernel has, or can load, the overlay file system. */
  readonly overlay: boolean;
  /** Devices that the node needs and that are not there. */
  readonly missingDevices: readonly string[];
}

const CAP_SYS_ADMIN = 21n;
const CAP_NET_ADMIN = 12n;
/** Programs of every Linux distribution that the node's scripts use. */
const PROGRAMS = ["sh", "cp", "mkdir", "mount", "umount", "nsenter", "unshare", "pivot_root"];
const DEVICES = ["/dev/net/tun", "/dev/kmsg"];

/** Looks at this machine. Safe to call on any system. */
export function lookAtMachine(): Machine {
  const basics = {
    platform: process.platform,
    architecture: process.arch,
    userId: process.getuid?.(),
    memory: totalmem(),
  };
  if (process.platform !== "linux")
    return {
      ...basics,
      ...{ mayAdminister: false, missingPrograms: [], controllers: [], overlay: false, missingDevices: [] },
    };
  const status = readFileSync("/proc/self/status", "latin1");
  const folders = (process.env["PATH"] ?? "").split(":");
  const mounted = hierarchies();
  const readOnlyCgroups = mounted.map(({ mountPoint }) => mountPoint).find((folder) => !isWritable(folder));
  return {
    ...basics,
    mayAdminister: [CAP_SYS_ADMIN, CAP_NET_ADMIN].every((bit) => hasCapability(status, bit)),
    missingPrograms: PROGRAMS.filter((name) => !folders.some((folder) => existsSync(`${folder}/${name}`))),
    controllers: mounted.flatMap(({ version, mountPoint, controllers }) =>
      version === 1
        ? controllers
        : (readIfThere(`${mountPoint}/cgroup.controllers`) ?? "").trim().split(" ").filter(Boolean),
    ),
    ...(readOnlyCgroups === undefined ? {} : { readOnlyCgroups }),
    overlay:
      readFileSync("/proc/filesystems", "latin1").split(/\s+/).includes("overlay") ||
      /\/overlay\.ko/.test(readIfThere(`/lib/modules/${release()}/modules.dep`) ?? ""),
    missingDevices: DEVICES.filter((device) => !existsSync(device)),
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
