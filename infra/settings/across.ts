/** What no single key can tell: what the local node, the products and the workload ask, and keys that need or exclude each other. */
import { kubeflow, kubernetesVersions } from "../versions";
import { idxFiles } from "./digits";
import { acrossPeople } from "./acrossPeople";
import { type Fault, show } from "./faults";
import type { Values } from "./schema";

const ports = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"] as const;

/** The products that the object store and the digits workload cannot go without, and what those need in turn. */
export const neededProducts = {
  core: ["kubeflow-namespace", "cert-manager", "knative", "kserve"],
  full: ["kubeflow-namespace", "cert-manager", "istio", "knative", "kserve"],
} as const satisfies Record<string, readonly string[]>;

/** What the local node, the workload and the products ask of values that are sound by themselves. */
function asked({ cluster, kubernetesVersion, profile, without = [], knativeIngress, digits }: Values): Fault[] {
  const faults: Fault[] = [];
  if (cluster === "local" && !kubernetesVersions.includes(kubernetesVersion))
    faults.push({
      key: "kubernetesVersion",
      value: show(kubernetesVersion),
      remedy: `give ${kubernetesVersions.join(" or ")}, or remove it; a local node is made for no other.`,
    });
  const needed = without.filter((name) => neededProducts[profile].some((each) => each === name));
  if (needed.length > 0)
    faults.push({
      key: "without",
      value: show(without),
      remedy: `remove ${needed.join(" and ")}, which the object store and the digits workload need.`,
    });
  if (knativeIngress === "kourier" && without.includes("kourier"))
    faults.push({ key: "without", value: show(without), remedy: "remove kourier, and knativeIngress, too." });
  const { dataset, datasetSha256 } = digits;
  const missing = idxFiles.filter((file) => !(file in datasetSha256) && !(`${file}.gz` in datasetSha256));
  if (dataset !== "embedded" && missing.length > 0)
    faults.push({
      key: "digits.datasetSha256",
      value: show(datasetSha256),
      remedy: `add the SHA-256 of ${missing.join(", ")}, each under its name as it is stored (.gz or not).`,
    });
  return faults;
}

/** What no single key can tell: keys that need or exclude each other. */
export function acrossKeys(settings: Values): Fault[] {
  const faults = asked(settings);
  const isLocal = settings.cluster === "local";
  if (!isLocal) {
    for (const key of ["kubeconfig", "registry"] as const) {
      if (settings[key] === undefined)
        faults.push({ key, value: "nothing", remedy: `set it, since cluster is kubeconfig: ${needs[key]}` });
    }
  } else {
    for (const key of ["kubeconfig", "kubeContext", "registry", "adopt"] as const) {
      const value = settings[key];
      if (value !== undefined)
        faults.push({
          key,
          value: show(value),
          remedy: "remove it, or set cluster to kubeconfig; a local node has its own.",
        });
    }
  }
  if (settings.profile === "full" && settings.knativeIngress !== "none")
    faults.push({
      key: "knativeIngress",
      value: show(settings.knativeIngress),
      remedy: "remove it, or set profile to core; profile full has Istio for this.",
    });
  if (settings.profile === "full" && settings.distribution === undefined)
    faults.push({
      key: "distribution",
      value: "nothing",
      remedy: `set it, since profile is full: ${needs.distribution}`,
    });
  if (settings.profile === "full") faults.push(...acrossPeople(settings));
  const taken = new Map<number, string>();
  const published = [
    ...ports,
    ...(settings.profile === "full" ? (["dashboardPort"] as const) : []),
    ...(settings.knativeIngress === "kourier" ? (["knativePort"] as const) : []),
  ];
  for (const key of published) {
    const other = taken.get(settings[key]);
    if (other !== undefined)
      faults.push({ key, value: show(settings[key]), remedy: `give another port, since ${other} has this one.` });
    else taken.set(settings[key], key);
  }
  return faults;
}
const needs = {
  kubeconfig: "the path of a kubeconfig file, as in ~/.kube/config.",
  distribution: `the sha256 of the archive at ${kubeflow.archive}, or the location and sha256 of a copy.`,
  registry: "a registry that the cluster can pull from, as in ghcr.io/you.",
};
