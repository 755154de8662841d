/** What a change of the provider's own arguments means for the resources it manages. */
import { parse } from "yaml";
import {
  type CheckCall,
  type CheckFailure,
  type DiffCall,
  type DiffResult,
  isMap,
  isUnknown,
  type PropertyMap,
  sameValue,
  unwrapSecrets,
  type Value,
} from "../base";
import { at, listAt, textAt } from "./object";
import { readKubeconfig } from "./access";

/** Accepts the provider's arguments; refuses what this stand-in cannot do rather than ignore it. */
export function checkConfig(call: CheckCall): { inputs: PropertyMap; failures?: CheckFailure[] } {
  const render = unwrapSecrets(call.news["renderYamlToDirectory"] ?? "");
  if (render === "" || isUnknown(render)) return { inputs: call.news };
  const reason =
    "renderYamlToDirectory is not offered by this stand-in for the kubernetes plugin; use `npm run render`, or the official plugin.";
  return { inputs: call.news, failures: [{ property: "renderYamlToDirectory", reason }] };
}

/**
 * Compares two sets of arguments. The objects of another cluster are other objects: another `clusterIdentifier` means replacement and, where
 * only one of the two has one, a kubeconfig that points to another server; new credentials for the same one do not.
 */
export function diffConfig(call: DiffCall): DiffResult {
  const olds = unwrapSecrets(call.state);
  const news = unwrapSecrets(call.news);
  const named = [olds, news].map((args) => args["clusterIdentifier"] ?? "");
  const isNamed = named.every((name) => name !== "" && !isUnknown(name));
  if (isUnknown(news["kubeconfig"]) && !isNamed)
    return { changes: true, diffs: ["kubeconfig"], replaces: ["kubeconfig"] };
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const diffs = keys.filter((key) => !sameValue(olds[key] ?? null, news[key] ?? null));
  if (diffs.length === 0) return { changes: false };
  // An identifier that is new says nothing about the cluster before: what was made without one stays, as with the official plugin.
  const sameCluster = isNamed ? named[0] === named[1] : sameValue(activeCluster(olds), activeCluster(news));
  return { changes: true, diffs, replaces: sameCluster ? [] : diffs };
}

/** The cluster entry the arguments choose; `null` where that cannot be told. */
function activeCluster(args: PropertyMap): Value {
  const given = args["kubeconfig"];
  if (given === undefined || given === null || given === "") return null;
  let config: Value;
  try {
    config = typeof given === "string" ? (parse(readKubeconfig(given).text) as Value) : given;
  } catch {
    return null;
  }
  const contextName = textAt(args, "context") || textAt(config, "current-context");
  const context = listAt(config, "contexts").find((item) => textAt(item, "name") === contextName);
  const clusterName = textAt(args, "cluster") || textAt(context, "context", "cluster");
  const cluster = listAt(config, "clusters").find((item) => textAt(item, "name") === clusterName);
  const entry = at(cluster, "cluster");
  return isMap(entry) ? entry : null;
}
