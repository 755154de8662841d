/** Whether this machine can carry a node: everything that is wrong, at once. */
import { existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { checkFreeSpace, checkMachine } from "./checkMachine";
import { publishedPorts } from "./config/pasta";
import { readIfThere } from "./files";
import { lookAtMachine } from "./machine";
import { belongsTo, type Owner, otherOwner } from "./owner";
import { nodePaths } from "./paths";
import { isAlive } from "./processes";
import { checkSettings, type Fault, type NodeSettings } from "./settings";
import { recorded } from "./supervision";

/**
 * Looks for whatever keeps a local node from running on this machine.
 * @param settings those of the node; its ports count as free when the node itself holds them
 * @param owner whose it is to be
 * @param leastMemory GiB of memory that what is to run on it needs. Default: what the core platform needs
 * @returns one sentence a fault, naming value and remedy; empty when all is well
 */
export async function checkHost(settings: NodeSettings, owner: Owner, leastMemory?: number): Promise<Fault[]> {
  const faults = [...checkSettings(settings), ...checkMachine(lookAtMachine(), leastMemory)];
  const { stateDir } = settings;
  if (stateDir.startsWith("/") && !existsSync(stateDir)) {
    const { bavail, bsize } = statfsSync(existing(stateDir));
    faults.push(...checkFreeSpace(stateDir, bavail * bsize));
  }
  const other = otherOwner(stateDir, owner);
  if (other) faults.push({ subject: "name", message: belongsTo(stateDir, other) });
  faults.push(...(await checkPorts(settings, other ? new Set() : heldPorts(stateDir))));
  return faults;
}

/** The folder itself, or the nearest one above it that exists. */
export function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

/** The ports that the node itself holds already. */
function heldPorts(stateDir: string): Set<number> {
  const paths = nodePaths(stateDir);
  const text = readIfThere(paths.settings);
  if (text === undefined || !isAlive(recorded(paths, "pasta"))) return new Set();
  return new Set(publishedPorts(JSON.parse(text) as NodeSettings).map(({ hostPort }) => hostPort));
}

async function checkPorts(settings: NodeSettings, held: ReadonlySet<number>): Promise<Fault[]> {
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
