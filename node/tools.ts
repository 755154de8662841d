/** The programs a node is made of. */
import { dirname, join } from "node:path";

/** Absolute paths of programs and folders, wherever they come from. */
export interface NodeTools {
  readonly containerd: string;
  readonly ctr: string;
  readonly runc: string;
  readonly kubelet: string;
  readonly kubeadm: string;
  readonly pasta: string;
  readonly iptables: string;
  /** Folder of the CNI plugins `ptp`, `portmap`, `host-local`, `loopback`. */
  readonly cniPlugins: string;
  /** Folders searched for programs, first before the machine's own. */
  readonly path: readonly string[];
  /** Folders that these programs are read from, shown unchanged inside the node. */
  readonly folders: readonly string[];
}

const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The PATH of the node's programs. */
export function searchPath(tools: NodeTools): string {
  const own = [tools.containerd, tools.runc, tools.iptables].map((program) => dirname(program));
  return [...new Set([...tools.path, ...own, ...SYSTEM_PATH])].join(":");
}

/** Where a program of the scripts beside this file lies. */
export function scriptPath(name: string): string {
  return join(__dirname, "sh", name);
}
