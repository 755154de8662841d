/** Rules that no single key can check: keys that need or exclude each other. */
import { kubeflow, kubernetesVersions } from "../versions";
import { type Fault, show } from "./faults";
import { portKey, type Settings, type SettingsParts } from "./parts";
import type { Values } from "./schema";
import { userAndProfileRules } from "./userAndProfileRules";

/** The faults of settings whose values are valid, each by itself. */
export function crossFieldRules(settings: Settings, parts: SettingsParts): Fault[] {
  return [
    ...machineRules(settings),
    ...clusterRules(settings),
    ...profileRules(settings),
    ...parts.rules.flatMap((rule) => rule(settings)),
    ...(settings.profile === "full" ? userAndProfileRules(settings, parts.namespaces) : []),
    ...portRules(settings, parts),
  ];
}

/** What a local node can be created with. */
function machineRules({ cluster, kubernetesVersion }: Values): Fault[] {
  if (cluster !== "local" || kubernetesVersions.includes(kubernetesVersion)) return [];
  return [
    {
      key: "kubernetesVersion",
      value: show(kubernetesVersion),
      remedy: `give ${kubernetesVersions.join(" or ")}, or remove it; a local node is created with no other.`,
    },
  ];
}

function clusterRules(settings: Values): Fault[] {
  if (settings.cluster === "kubeconfig")
    return (["kubeconfig", "registry"] as const)
      .filter((key) => settings[key] === undefined)
      .map((key) => ({ key, value: "nothing", remedy: `set it, since cluster is kubeconfig: ${needs[key]}` }));
  return (["kubeconfig", "kubeContext", "registry", "adopt"] as const)
    .filter((key) => settings[key] !== undefined)
    .map((key) => ({
      key,
      value: show(settings[key]),
      remedy: "remove it, or set cluster to kubeconfig; a local node has its own.",
    }));
}

function profileRules({ profile, knativeIngress, distribution }: Values): Fault[] {
  if (profile !== "full") return [];
  const faults: Fault[] = [];
  if (knativeIngress !== "none")
    faults.push({
      key: "knativeIngress",
      value: show(knativeIngress),
      remedy: "remove it, or set profile to core; profile full has Istio for this.",
    });
  if (distribution === undefined)
    faults.push({
      key: "distribution",
      value: "nothing",
      remedy: `set it, since profile is full: ${needs.distribution}`,
    });
  return faults;
}

/** Two published ports of this machine must differ. */
function portRules(settings: Settings, { ports }: SettingsParts): Fault[] {
  const taken = new Map([[settings.apiPort, "apiPort"]]);
  return ports
    .filter(({ isUsed }) => isUsed(settings))
    .flatMap(({ name, default: standard }) => {
      const value = settings.ports[name] ?? standard;
      const other = taken.get(value);
      if (other !== undefined)
        return [{ key: portKey(name), value: show(value), remedy: `give another port, since ${other} has this one.` }];
      taken.set(value, portKey(name));
      return [];
    });
}

const needs = {
  kubeconfig: "the path of a kubeconfig file, as in ~/.kube/config.",
  distribution: `the sha256 of the archive at ${kubeflow.archive}, or the location and sha256 of a copy.`,
  registry: "a registry that the cluster can pull from, as in ghcr.io/you.",
};
