/** What every upstream manifest needs before Pulumi may own it: nothing declared that a controller fills in. */
import { type JsonMap, type KubernetesObject, isMap, mapAt, mapsAt } from "./object";

const webhookConfigurations = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Upstream's stand-ins for a certificate that is injected later. */
const placeholders = new Set(["", "Cg==", "Cg"]);

/**
 * The object without what its own cluster writes: status, empty timestamps, the rules of an aggregated ClusterRole, caBundle placeholders.
 * Declared, each of these would be a change on every run, for ever.
 * @param object changed in place
 */
export function normalize(object: KubernetesObject): KubernetesObject {
  delete object["status"];
  dropNull(object.metadata, "creationTimestamp");
  if (isPlaceForSecret(object)) object["type"] = "Opaque";
  const template = mapAt(object, "spec", "template", "metadata");
  if (template) dropNull(template, "creationTimestamp");
  if (object.kind === "ClusterRole" && object["aggregationRule"] !== undefined) delete object["rules"];
  if (webhookConfigurations.includes(object.kind)) {
    for (const webhook of mapsAt(object, "webhooks")) dropPlaceholder(mapAt(webhook, "clientConfig"));
  }
  if (object.kind === "CustomResourceDefinition") {
    dropPlaceholder(mapAt(object, "spec", "conversion", "webhook", "clientConfig"));
  }
  if (object.kind === "APIService") dropPlaceholder(mapAt(object, "spec"));
  return object;
}

/**
 * A Secret of which nothing is declared: a controller fills it. Without a field to apply, the API server would keep no record of who
 * wrote what, and the controller's content would pass for an addition; so what is its type anyway is declared.
 */
const isPlaceForSecret = ({ kind, type, data, stringData }: KubernetesObject): boolean =>
  kind === "Secret" && type === undefined && data === undefined && stringData === undefined;

function dropNull(map: JsonMap, key: string): void {
  if (map[key] === null) delete map[key];
}

function dropPlaceholder(config: JsonMap | undefined): void {
  if (!isMap(config)) return;
  const bundle = config["caBundle"];
  if (bundle === null || (typeof bundle === "string" && placeholders.has(bundle))) delete config["caBundle"];
}
