import { ProtocolError } from "./errors";

/** What a request asks for. `model` and `version` are as the client named them. */
export type Route =
  | { name: "v1 models" | "v2 server" | "v2 live" | "v2 ready" | "metrics" }
  | { name: "v1 model" | "v1 predict"; model: string }
  | { name: "v2 model" | "v2 model ready" | "v2 infer"; model: string; version: string | undefined };

const FIXED = new Map<string, [name: Route["name"], method: string]>([
  ["/v1/models", ["v1 models", "GET"]],
  ["/v2", ["v2 server", "GET"]],
  ["/v2/health/live", ["v2 live", "GET"]],
  ["/v2/health/ready", ["v2 ready", "GET"]],
  ["/metrics", ["metrics", "GET"]],
]);

const V1_MODEL = /^\/v1\/models\/([^/:]+)(:[^/]*)?$/;
const V2_MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/[^/]+)?$/;

/**
 * Finds what a request asks for.
 * @throws ProtocolError 404 when there is no such path, 405 when the path is there with another method.
 */
export function route(method: string, url: string): Route {
  const path = url.split("?", 1)[0]!.replace(/(?<=.)\/$/, "");
  const [found, wanted] = find(path);
  if (!found) throw new ProtocolError(404, `There is no ${path} here.`);
  if (method !== wanted && !(method === "HEAD" && wanted === "GET"))
    throw new ProtocolError(405, `${path} wants ${wanted}, not ${method}.`);
  return found;
}

function find(path: string): [Route | undefined, method: string] {
  const fixed = FIXED.get(path);
  if (fixed) return [{ name: fixed[0] } as Route, fixed[1]];
  const [, v1, verb] = V1_MODEL.exec(path) ?? [];
  if (v1 !== undefined) {
    const model = decode(v1);
    if (verb === undefined) return [{ name: "v1 model", model }, "GET"];
    return verb === ":predict" ? [{ name: "v1 predict", model }, "POST"] : [undefined, ""];
  }
  const [, v2, version, rest] = V2_MODEL.exec(path) ?? [];
  if (v2 === undefined) return [undefined, ""];
  const named = { model: decode(v2), version: version === undefined ? undefined : decode(version) };
  if (rest === undefined) return [{ name: "v2 model", ...named }, "GET"];
  if (rest === "/ready") return [{ name: "v2 model ready", ...named }, "GET"];
  return rest === "/infer" ? [{ name: "v2 infer", ...named }, "POST"] : [undefined, ""];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
