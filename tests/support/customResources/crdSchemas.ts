/** The schemas of the CRDs that the platform brings, by both routes: core from Go modules, full from the distribution's archive. */
import { readFile } from "node:fs/promises";
import { type JsonMap, isMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { loadPlatformManifests } from "../../../infra/platform";
import { distribution } from "../kubeflow/distribution";

/** Schemas by `apiVersion kind`: one, or several where the routes differ. Cold caches fetch and render first. */
export async function crdSchemas(): Promise<ReadonlyMap<string, readonly JsonMap[]>> {
  const found = new Map<string, Map<string, JsonMap>>();
  for (const crd of await crdBodies()) {
    for (const version of mapsAt(crd, "spec", "versions")) {
      const schema = mapAt(version, "schema", "openAPIV3Schema");
      const key = `${textAt(crd, "spec", "group")}/${textAt(version, "name")} ${textAt(crd, "spec", "names", "kind")}`;
      if (!schema) continue;
      // Every object has these, whether the schema says so or not (Istio's do not).
      const given = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: {} };
      const closed = strict({ ...schema, properties: { ...mapAt(schema, "properties"), ...given } });
      found.set(key, (found.get(key) ?? new Map<string, JsonMap>()).set(JSON.stringify(closed), closed));
    }
  }
  return new Map([...found].map(([key, schemas]) => [key, [...schemas.values()]]));
}

/** The CRDs of both profiles as they are applied. */
export async function crdBodies(): Promise<readonly JsonMap[]> {
  const bodies: JsonMap[] = [];
  for (const choice of [{ profile: "core" }, { profile: "full", distribution: await distribution() }] as const) {
    const { manifests } = await loadPlatformManifests(choice);
    for (const { bodies: file } of Object.values(manifests)) {
      bodies.push(...Object.values(JSON.parse(await readFile(file, "utf8")) as Record<string, JsonMap>));
    }
  }
  return bodies;
}

/** The schema as the API server takes it when nothing may be dropped in silence: what is not declared is a mistake. */
function strict(schema: JsonMap): JsonMap {
  const result: JsonMap = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith("x-kubernetes-") || key === "default" || key === "format") continue;
    if (key === "properties" && isMap(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, isMap(one) ? strict(one) : one]),
      );
    } else if ((key === "items" || key === "additionalProperties") && isMap(value)) result[key] = strict(value);
    else result[key] = value;
  }
  if (schema["x-kubernetes-int-or-string"] === true) return { type: ["integer", "string"] };
  const isClosed = isMap(schema["properties"]) && schema["x-kubernetes-preserve-unknown-fields"] !== true;
  if (isClosed && schema["additionalProperties"] === undefined) result["additionalProperties"] = false;
  return result;
}
