/** Looks for what a killed `up` has left that nobody knows of any more. */
import { readFileSync } from "node:fs";
import { connect, type ClusterApi } from "../../../drift/cluster";
import { declaredObjects, providerKubeconfig } from "../../../drift/declared";
import { readRun } from "../../../engine/runs";
import type { Deployment } from "../../../engine/stack";
import { cgroupName, cgroupProcesses } from "../../../node/cgroups";
import { rootOf, type KubeObject } from "../../../kube/object";
import { nodePaths } from "../../../node/paths";
import { PROCESSES, recorded } from "../../../node/supervision";
import { processesOfRuns } from "./interrupt";
import { processesNaming } from "../machine/machine";
import type { Place } from "./place";

/**
 * What is left of killed runs on a stack that has been brought up to its end: processes, a record, operations begun, programs of
 * the node that run twice or outside of it, and objects of ours in the cluster that the state does not know. One line each.
 */
export async function orphans(place: Place): Promise<string[]> {
  const { stdout } = await place.run("pulumi", "stack", "export", "--show-secrets");
  const state = JSON.parse(stdout) as Deployment;
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const kubeconfig = providerKubeconfig(state);
  if (kubeconfig === undefined) throw new Error("The stack has no Kubernetes provider to ask for objects.");
  const api = await connect(kubeconfig);
  try {
    return [
      ...processesOfRuns(place).map((pid) => `process ${pid} of a run`),
      ...(readRun(place.state, place.stack) ? ["the record of a run"] : []),
      ...pending.map((operation) => `a begun operation: ${JSON.stringify(operation).slice(0, 200)}`),
      ...resources.flatMap((resource) => (resource.delete === true ? [`${resource.urn} is still to be deleted`] : [])),
      ...strayPrograms(place.node),
      ...(await unknownObjects(state, api)),
    ];
  } finally {
    api.close();
  }
}

/** What of a node runs that should not: a program twice, or one outside of the node's cgroup, where nothing would end it. */
export function strayPrograms(node: string): string[] {
  const named = processesNaming(node);
  const inside = cgroupProcesses(cgroupName(node));
  // One that began or ended between two looks is no stray.
  const still = new Set(processesNaming(node));
  const outside = named.filter((line) => still.has(line) && !inside.has(Number.parseInt(line)));
  const kept = PROCESSES.map((name) => [name, recorded(nodePaths(node), name)?.pid] as const);
  const doubled = kept.flatMap(([name, pid]) => {
    const like = [...inside].filter((each) => each !== pid && pid !== undefined && isSame(each, pid));
    return like.map((each) => `process ${each}, another ${name} than ${pid}`);
  });
  return [...outside.map((line) => `outside of the node: ${line}`), ...doubled];
}

/** Whether two processes were started by the same words. */
function isSame(one: number, other: number): boolean {
  const command = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8");
  try {
    return command(one) === command(other);
  } catch {
    return false;
  }
}

interface Listed {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

/** The objects in the cluster that our providers wrote and that no resource of the state stands for. */
async function unknownObjects(state: Deployment, api: ClusterApi): Promise<string[]> {
  const get = async (path: string) => (await api.request("GET", path)).body;
  const { groups } = (await get("/apis")) as { groups: { preferredVersion: { groupVersion: string } }[] };
  const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const known = new Set(declaredObjects(state).map(({ object }) => identity(object)));
  const found = await Promise.all(
    versions.map(async (apiVersion) => {
      const root = rootOf(apiVersion);
      const { resources } = (await get(root)) as Listed;
      const lists = resources.filter(({ name, verbs }) => !name.includes("/") && verbs.includes("list"));
      const objects = await Promise.all(
        lists.map(async ({ name, kind }) =>
          ((await get(`${root}/${name}`)) as { items: KubeObject[] }).items.map((item) => ({
            ...item,
            apiVersion,
            kind,
          })),
        ),
      );
      return objects.flat();
    }),
  );
  return found
    .flat()
    .filter(({ metadata }) =>
      metadata.managedFields?.some(({ manager = "" }) => manager.startsWith("pulumi-kubernetes")),
    )
    .map(identity)
    .filter((one) => !known.has(one))
    .map((one) => `${one}, which is in no state`);
}

/** An object by group, kind and name: it can be read by another version than it was written by. */
function identity({ apiVersion, kind, metadata: { namespace = "", name } }: KubeObject): string {
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*/, "") : "core";
  return [group, kind, namespace, name].join(" ");
}
