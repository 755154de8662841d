import { parseAllDocuments } from "yaml";
import type { Json } from "../objects/object";

// kubectl reads YAML 1.1 (0644 is octal), but takes dates as text and knows no base-60 numbers.
const strange = new Set(["tag:yaml.org,2002:timestamp"]);

/**
 * The documents of a YAML stream as plain values; empty ones are left out.
 * @param where names the stream in errors
 * @throws Error with the first syntax error of the stream
 */
export function parseYaml(text: string, where: string): Json[] {
  const documents = parseAllDocuments(text, {
    version: "1.1",
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === "string" || (!strange.has(tag.tag) && !("format" in tag && tag.format === "TIME")),
      ),
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error)
      throw new Error(`${where} is not valid YAML (${error.message.split("\n")[0]}); take it from upstream anew.`);
    const value = document.toJS({ maxAliasCount: -1 }) as Json;
    return value === null ? [] : [value];
  });
}
