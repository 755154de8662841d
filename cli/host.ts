import { existsSync, statfsSync, statSync } from "node:fs";
import { catalog } from "../catalog";
import { portMappings } from "../infra/endpoints";
import type { Settings } from "../infra/settings";
import { checkHost, existing } from "../node/checkHost";
import { gib, LEAST_DISK } from "../node/checkMachine";
import { defaultStateDir } from "../node/paths";
import { DEFAULT_SUBNET } from "../node/settings";
import { cacheHome } from "../toolchain";
import { missingOf, type Missing } from "../infra/recipes/missing";
import { aptFault } from "../infra/recipes/needed";
import { type StackOptions } from "../engine/options";
import { ownerOf } from "../engine/backend";
import { ofLocalNode } from "./tools";

/** The node's tools that no project publishes as programs. */
const fromPackages = ["iptables", "passt", "conntrack", "buildah"] as const;

/**
 * What this machine lacks for what the settings ask, one sentence each.
 * @param settings - faulty ones (a text) say nothing of what will be asked of the machine
 * @param options - which stack it is for
 */
export async function hostFaults(settings: Settings | string, options: StackOptions): Promise<string[]> {
  if (typeof settings === "string" || settings.cluster !== "local") return [];
  const node = {
    name: settings.stack,
    kubernetesVersion: settings.kubernetesVersion,
    apiPort: settings.apiPort,
    publish: portMappings(catalog.endpoints, settings),
    images: [],
    subnet: settings.subnet ?? DEFAULT_SUBNET,
    stateDir: defaultStateDir(settings.stack),
  };
  const faults = await checkHost(node, ownerOf(options), leastMemory[settings.profile]);
  if (process.platform !== "linux") return faults.map(({ message }) => message);
  const { tools, images } = ofLocalNode(settings);
  const disk = diskFault(await missingOf(tools, images), cacheHome, node.stateDir);
  const apt = await aptFault(fromPackages);
  return [
    // The cache's says all that the state's does where both are on one disk.
    ...faults.flatMap(({ subject, message }) => (subject === "disk" && disk?.isOfBoth ? [] : [message])),
    ...(disk ? [disk.message] : []),
    ...(apt === undefined ? [] : [apt]),
  ];
}

/** GiB of memory that each profile needs on a local node; for all of Kubeflow, what upstream asks for. */
const leastMemory: Readonly<Record<Settings["profile"], number | undefined>> = { core: undefined, full: 16 };

/**
 * What is wrong with the space for what is still to be obtained, if anything.
 * @param cache - the folder it goes to
 * @param state - the node's; a node that is to be made counts, where it is on the same disk
 * @param look - tells a folder's disk and the bytes free on it. Default: the file system's
 */
export function diskFault(
  missing: Missing | undefined,
  cache: string,
  state: string,
  look: (folder: string) => { disk: number; free: number } = lookAtDisk,
): { message: string; isOfBoth: boolean } | undefined {
  if (missing === undefined) return undefined;
  const { disk, free } = look(cache);
  const isOfBoth = !existsSync(state) && look(state).disk === disk;
  const needed = missing.gibibytes + (isOfBoth ? LEAST_DISK : 0);
  if (free >= needed * 2 ** 30) return undefined;
  const why = missing.isBuilt ? ", most of it to build in, since official releases are out of reach" : "";
  const message = `The tools and images that are not there yet${isOfBoth ? ", and the node," : ""} need about ${needed} GiB of disk${why}, and ${cache} has ${gib(free)} free: free some, or put the cache elsewhere with XDG_CACHE_HOME.`;
  return { message, isOfBoth };
}

function lookAtDisk(folder: string): { disk: number; free: number } {
  const { bavail, bsize } = statfsSync(existing(folder));
  return { disk: statSync(existing(folder)).dev, free: bavail * bsize };
}
