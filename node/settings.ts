/** What a person may choose about a local node, and what stands where they chose nothing. */
import { parseSubnet } from "./subnets";

/** A loopback port of this machine that leads to a NodePort of the cluster. */
export interface PublishedPort {
  readonly name: string;
  readonly hostPort: number;
  readonly nodePort: number;
}

/** The settings of a local node. */
export interface NodeSettings {
  /** Name of the node, of its cgroup and of its state folder: lower-case letters, digits and dashes. */
  readonly name: string;
  /** Kubernetes version without the `v`, as in `1.34.4`. */
  readonly kubernetesVersion: string;
  /** Port on 127.0.0.1 at which the Kubernetes API is reached. */
  readonly apiPort: number;
  /** Further ports on 127.0.0.1, each leading to a NodePort. */
  readonly publish: readonly PublishedPort[];
  /** References of the images that the node holds before anything runs. */
  readonly images: readonly string[];
  /** The network that pods, services and the node share, /15 to /21 inside 198.18.0.0/15. */
  readonly subnet: string;
  /** Folder that holds everything the node writes. */
  readonly stateDir: string;
}

/** The benchmark range of RFC 2544: no real host has an address in it, so nothing outside is hidden from pods. */
export const DEFAULT_SUBNET = "198.18.0.0/15";

/** Something wrong with the settings or with this machine, with its value and its remedy in one sentence. */
export interface Fault {
  /** The setting or the property of the machine at fault. */
  readonly subject: string;
  readonly message: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
// A Unix socket's address holds 107 bytes; containerd's lies in the state folder.
const LONGEST_STATE_DIR = 107 - "/run/containerd.sock.ttrpc".length;

/** All that is wrong with the settings themselves, before any look at the machine. */
export function checkSettings(settings: NodeSettings): Fault[] {
  const faults: Fault[] = [];
  const fault = (subject: string, message: string) => faults.push({ subject, message });
  const { name, kubernetesVersion, apiPort, publish, subnet, stateDir } = settings;
  if (!NAME.test(name))
    fault("name", `The node's name "${name}" must be 1 to 40 lower-case letters, digits and dashes; choose another.`);
  if (!/^1\.\d+\.\d+$/.test(kubernetesVersion))
    fault("kubernetesVersion", `The Kubernetes version "${kubernetesVersion}" must look like 1.34.4.`);
  const network = parseSubnet(subnet);
  if (typeof network === "string") fault("subnet", network);
  if (!stateDir.startsWith("/")) fault("stateDir", `The state folder "${stateDir}" must be an absolute path.`);
  else if (Buffer.byteLength(stateDir) > LONGEST_STATE_DIR)
    fault(
      "stateDir",
      `The state folder ${stateDir} is longer than ${LONGEST_STATE_DIR} bytes, too long for a socket in it; choose a shorter one (XDG_STATE_HOME).`,
    );
  const seen = new Map<number, string>([[apiPort, "the Kubernetes API"]]);
  for (const { name: port, hostPort, nodePort } of publish) {
    const other = seen.get(hostPort);
    if (other !== undefined)
      fault("publish", `Port ${hostPort} is given both to ${other} and to ${port}; choose another for one of them.`);
    seen.set(hostPort, port);
    if (nodePort < 30000 || nodePort > 32767)
      fault("publish", `NodePort ${nodePort} of ${port} is outside 30000-32767; choose one inside.`);
  }
  for (const port of seen.keys())
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      fault("publish", `Port ${port} is not a port number; choose one from 1 to 65535.`);
  return faults;
}
