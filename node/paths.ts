/** Where everything of a node lies: one folder of state, nothing else on the machine. */
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder of a node's state, where none is given: `$XDG_STATE_HOME/kubeflow-stack/nodes/NAME`.
 * @param home - the folder of states. Default: the environment's
 */
export function defaultStateDir(name: string, home = process.env["XDG_STATE_HOME"]): string {
  return join(home || join(homedir(), ".local/state"), "kubeflow-stack/nodes", name);
}

/** The places inside a node's state folder. */
export interface NodePaths {
  readonly stateDir: string;
  /** What the node was asked to be, and what the supervisor runs. */
  readonly settings: string;
  readonly supervision: string;
  /** Whose the node is: there before anything else of it. */
  readonly owner: string;
  /** Records of processes, one file each; sockets. */
  readonly run: string;
  readonly logs: string;
  /** Generated files: scripts, kubeadm's configuration. */
  readonly config: string;
  /** The folders the node sees as its own /etc, /var, /opt, /tmp. */
  readonly etc: string;
  readonly var: string;
  readonly opt: string;
  readonly tmp: string;
  /** Mount point of the node's root; the mount itself is seen by the node alone. */
  readonly root: string;
  /** Exists once kubeadm has finished. */
  readonly initialized: string;
  readonly kubeconfig: string;
  readonly containerdSocket: string;
}

/** The places of the node whose state lies in that folder. */
export function nodePaths(stateDir: string): NodePaths {
  const at = (path: string) => join(stateDir, path);
  return {
    stateDir,
    settings: at("settings.json"),
    supervision: at("supervision.json"),
    owner: at("owner.json"),
    run: at("run"),
    logs: at("logs"),
    config: at("config"),
    etc: at("fs/etc"),
    var: at("fs/var"),
    opt: at("fs/opt"),
    tmp: at("fs/tmp"),
    root: at("root"),
    initialized: at("initialized"),
    kubeconfig: at("kubeconfig"),
    containerdSocket: at("run/containerd.sock"),
  };
}
