/** Moments of a first `up`, told by what it has brought about. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRun } from "../../../engine/runs";
import { NodeApi } from "../../../node/api";
import { nodePaths } from "../../../node/paths";
import { isAlive } from "../../../node/processes";
import { recorded } from "../../../node/supervision";
import { changesIn, deletionsIn, processesOfRuns, type Moment } from "./interrupt";
import { Kube } from "../cluster/kube";
import type { Place } from "./place";

/** The node has namespaces and a first process, and no Kubernetes in them. */
export const nodeBegun = ({ node }: Place): Moment => ({
  what: "the node's first process has made its namespaces",
  hasCome: () => isAlive(recorded(nodePaths(node), "holder")) && existsSync(join(nodePaths(node).run, "holder.ready")),
});

/** kubeadm is at work: the API server answers, the node is not made. */
export const apiAnswers = ({ node }: Place): Moment => ({
  what: "the API answers",
  hasCome: async () => {
    if (existsSync(nodePaths(node).initialized)) throw new Error("the node was finished before the API was heard");
    const admin = readFileSync(join(nodePaths(node).etc, "kubernetes/admin.conf"), "utf8");
    const { apiPort } = JSON.parse(readFileSync(nodePaths(node).settings, "utf8")) as { apiPort: number };
    await new NodeApi(admin.replace(/^(\s*server:).*$/m, `$1 https://127.0.0.1:${apiPort}`)).get("/readyz");
    return true;
  },
});

/** The engine runs, and has made or changed so many resources. */
export const resourcesChanged = (place: Place, count: number): Moment => ({
  what: `${count} resources have changed`,
  hasCome: (said) => readRun(place.state, place.stack)?.engine && changesIn(said) >= count,
});

/**
 * The platform is half made. Where reading and building images takes long, as with an empty cache, the run that was killed before has
 * made all of it, and the training is the next to be made.
 */
export const platformHalfMade = (place: Place): Moment => {
  const half = resourcesChanged(place, 60);
  return {
    what: `${half.what}, or the training is being made`,
    hasCome: (said) => half.hasCome(said) || /Job digits-train creating/.test(said),
  };
};

/** So many resources are gone. */
export const resourcesDeleted = (count: number): Moment => ({
  what: `${count} resources are gone`,
  hasCome: (said) => deletionsIn(said) >= count,
});

/** An image is being built. */
export const imageBuilding = (place: Place): Moment => ({
  what: "an image is being built",
  hasCome: () => processesOfRuns(place).some((pid) => commandLine(pid).match(/buildah\0.*\0build\0|buildx\0build\0/s)),
});

/** The training Job's pod runs. */
export const trainingRuns = ({ node }: Place): Moment => ({
  what: "the training runs",
  hasCome: async () => {
    const kube = await Kube.connect(nodePaths(node).kubeconfig);
    try {
      const pods = await kube.list("v1", "Pod");
      return pods.some(
        ({ metadata, status }) =>
          metadata.name.startsWith("digits-train-") && Reflect.get(Object(status), "phase") === "Running",
      );
    } finally {
      kube.close();
    }
  },
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
