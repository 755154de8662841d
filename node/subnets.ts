/** How the node's one network is divided among pods, services and the node itself. */

/** A network as its first address (as a number) and its prefix length. */
interface Network {
  readonly base: number;
  readonly prefix: number;
}

/** The addresses of a node. The namespace is the node's own, so two nodes may have the same ones. */
export interface NodeNetwork {
  /** Addresses of pods, CIDR: the lower half. */
  readonly pods: string;
  /** Prefix length of the part of `pods` that one node gets: all of it. */
  readonly podsPrefix: number;
  /** Addresses of services, CIDR: the third quarter. */
  readonly services: string;
  /** CoreDNS, by kubeadm's custom the tenth address of `services`. */
  readonly dnsService: string;
  /** The node's own address, on its loopback interface: it stays when the way out does not. */
  readonly node: string;
  /** The node's end of the way out, and the /25 it lies in. */
  readonly uplink: string;
  readonly uplinkPrefix: number;
  /** The gateway of the way out. */
  readonly gateway: string;
  /** The address at which pasta forwards questions to the host's resolver. */
  readonly resolver: string;
  /** The whole network, CIDR. */
  readonly all: string;
}

const address = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const size = (prefix: number) => 2 ** (32 - prefix);

/** Reads a subnet such as `198.18.0.0/15`; answers with a sentence when it cannot serve. */
export function parseSubnet(text: string): Network | string {
  const remedy = "choose a /15 to /21 network inside 198.18.0.0/15, as in 198.18.0.0/16.";
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return `The subnet "${text}" is not a network in CIDR form: ${remedy}`;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  const base = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  if (a !== 198 || (b !== 18 && b !== 19) || c > 255 || d > 255)
    return `The subnet ${text} lies outside 198.18.0.0/15: ${remedy}`;
  if (prefix < 15 || prefix > 21) return `The subnet ${text} has a prefix of ${prefix} bits: ${remedy}`;
  if (base % size(prefix) !== 0) return `The subnet ${text} does not begin at a multiple of its size: ${remedy}`;
  return { base, prefix };
}

/** Divides a subnet: half for pods, a quarter for services, the very last /24 for the node and its way out. */
export function divideSubnet(text: string): NodeNetwork {
  const network = parseSubnet(text);
  if (typeof network === "string") throw new Error(network);
  const { base, prefix } = network;
  const services = base + size(prefix) / 2;
  const node = base + size(prefix) - 256;
  return {
    all: text,
    pods: `${address(base)}/${prefix + 1}`,
    podsPrefix: prefix + 1,
    services: `${address(services)}/${prefix + 2}`,
    dnsService: address(services + 10),
    node: address(node + 2),
    gateway: address(node + 129),
    uplink: address(node + 130),
    uplinkPrefix: 25,
    resolver: address(node + 131),
  };
}
