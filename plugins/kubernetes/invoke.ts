/** Functions the SDK asks the plugin for while the program runs. */
import { parseAllDocuments } from "yaml";
import { isMap, type PropertyMap, unwrapSecrets, type Value } from "../base";
import { listAt, textAt } from "./object";

/**
 * `kubernetes:yaml:decode`: the objects of a YAML text; lists are taken apart.
 * Throws the parser's own message, which names line and column.
 */
export function decodeYaml(args: PropertyMap): Value[] {
  const plain = unwrapSecrets(args);
  const objects: Value[] = [];
  for (const document of parseAllDocuments(textAt(plain, "text"))) {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`kubernetes:yaml:decode: ${error.message}`);
    add(document.toJS() as Value, objects);
  }
  return objects;
}

function add(object: Value, objects: Value[]): void {
  if (!isMap(object)) return;
  const isList = textAt(object, "kind").endsWith("List") && Array.isArray(object["items"]);
  if (isList) listAt(object, "items").forEach((item) => add(item, objects));
  else objects.push(object);
}
