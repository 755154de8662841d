/** The annotation `pulumi.com/waitFor`: what the user wants to be waited for, in their own words. */
import { query } from "jsonpath-rfc9535";
import { isMap, type PropertyMap, type Value } from "../../base";
import { at, numberAt, textAt } from "../object";
import type { Check, Progress } from "./check";
import { condition } from "./pods";

type Test = (object: PropertyMap) => string | undefined;

/**
 * Reads the annotation: `jsonpath={.path}`, `jsonpath={.path}=value`, `condition=Type`, `condition=Type=Status`, or a
 * JSON list of those, all of which must hold. Throws an error that quotes what is wrong.
 */
export function waitForCheck(annotation: string): Check {
  const tests = expressions(annotation).map(parse);
  return {
    timeoutSeconds: 600,
    onRead: false,
    progress(object): Progress {
      const unmet = tests.map((test) => test(object)).filter((reason) => reason !== undefined);
      return { ready: unmet.length === 0, waiting: `waiting for ${unmet.join("; ")}`, reasons: unmet };
    },
  };
}

function expressions(annotation: string): string[] {
  try {
    const list: unknown = JSON.parse(annotation);
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) {
      if (list.length === 0) throw new RangeError("pulumi.com/waitFor is an empty list; name at least one condition.");
      return list;
    }
  } catch (error) {
    // Not JSON: a single expression.
    if (error instanceof RangeError) throw error;
  }
  return [annotation];
}

function parse(expression: string): Test {
  if (expression.startsWith("condition=")) return conditionTest(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return jsonPathTest(expression.slice("jsonpath=".length));
  throw new Error(`pulumi.com/waitFor: expected a "jsonpath=" or "condition=" prefix, got "${expression}".`);
}

function conditionTest(text: string): Test {
  const [type = "", status = "True"] = text.split(/=(.*)/s);
  return (object) => {
    const observed = at(object, "status", "observedGeneration");
    // Right after an update the conditions still speak of the object as it was.
    if (typeof observed === "number" && observed < numberAt(object, 0, "metadata", "generation")) {
      return `condition ${type}=${status} (its controller has not seen the change yet)`;
    }
    const found = condition(object, type);
    if (textAt(found, "status").toLowerCase() === status.toLowerCase()) return undefined;
    const why = [textAt(found, "reason"), textAt(found, "message")].filter((part) => part !== "").join(": ");
    return `condition ${type}=${status}${why === "" ? "" : ` (${why})`}`;
  };
}

function jsonPathTest(text: string): Test {
  const match = /^\{(.*)\}(?:=([^=]*))?$/s.exec(text.trim());
  const [, path, value] = match ?? [];
  if (path === undefined || value === "" || value?.startsWith("{")) {
    throw new Error(`pulumi.com/waitFor: a jsonpath is written {.path} or {.path}=value, got "${text}".`);
  }
  const rooted = path.trim().startsWith("$") ? path.trim() : `$${path.trim()}`;
  try {
    query({}, rooted);
  } catch (error) {
    throw new Error(
      `pulumi.com/waitFor: cannot read "${path}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return (object) => {
    const [found] = query(object as Parameters<typeof query>[0], rooted) as (Value | undefined)[];
    const shown = value === undefined ? `{${path}}` : `{${path}}=${value}`;
    if (found === undefined || found === null) return shown;
    if (value === undefined) return undefined;
    if (isMap(found) || Array.isArray(found)) throw new Error(`pulumi.com/waitFor: {${path}} is not a single value.`);
    return String(found) === value ? undefined : `${shown} (it is ${String(found)})`;
  };
}
