/** What kind of machine this is, as far as a node's settings depend on it. Looked up, never assumed. */
import { readFileSync } from "node:fs";
import { hierarchies } from "./cgroups";

/** The properties of the machine that the node's configuration follows. */
export interface HostTraits {
  /** 1 where the controllers are mounted one by one, 2 where they are one tree. */
  readonly cgroupVersion: 1 | 2;
  /** Whether processes may be made less likely to be ended for want of memory than this one is. */
  readonly mayLowerOomScore: boolean;
}

const CAP_SYS_RESOURCE = 24n;

/** Whether a capability is among the effective ones in the text of /proc/PID/status. */
export function hasCapability(status: string, bit: bigint): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
}

/** Looks at this machine. */
export function hostTraits(): HostTraits {
  const version1 = hierarchies().some(({ version, controllers }) => version === 1 && controllers.includes("memory"));
  return {
    cgroupVersion: version1 ? 1 : 2,
    mayLowerOomScore: hasCapability(readFileSync("/proc/self/status", "latin1"), CAP_SYS_RESOURCE),
  };
}
