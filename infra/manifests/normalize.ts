/** Removes from upstream's manifests what controllers fill in, so that Pulumi does not own it. */
import { type JsonMap, type KubernetesObject, isMap, mapAt, mapsAt } from "../objects/object";

const webhookConfigurations = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Upstream's stand-ins for a certificate that is injected later. */
const placeholders = new Set(["", "Cg==", "Cg"]);

/**
 * The object without what its own cluster writes: status, empty timestamps, empty fields, the rules of an aggregated ClusterRole, caBundle
 * placeholders. Declared, each of these would show as a change on every run.
 * @param object changed in place
 */
export function normalize(object: KubernetesObject): KubernetesObject {
  delete object["status"];
  // The provider never sees a CRD, and its digest must stay.
  if (object.kind !== "CustomResourceDefinition") dropEmpty(object);
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

/** Fields whose presence has a meaning, even when they are empty. */
const meaningful = new Set(["spec", "aggregationRule"]);

/**
 * Drops empty lists and maps, such as `rules: []`: the API server leaves them out, so the provider would add them on every run. Fields further
 * in stay, since there an empty map has a meaning (`podSelector: {}` selects every pod).
 */
function dropEmpty(map: JsonMap): void {
  for (const [key, value] of Object.entries(map)) {
    const isEmpty = Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
    if (isEmpty && !meaningful.has(key)) delete map[key];
  }
}

function dropNull(map: JsonMap, key: string): void {
  if (map[key] === null) delete map[key];
}

function dropPlaceholder(config: JsonMap | undefined): void {
  if (!isMap(config)) return;
  const bundle = config["caBundle"];
  if (bundle === null || (typeof bundle === "string" && placeholders.has(bundle))) delete config["caBundle"];
}
