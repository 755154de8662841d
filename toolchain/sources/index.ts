import { ToolError } from "../types";

/** Where a tool may come from, in the order in which it is tried. */
export const sourceNames = ["machine", "official", "registries"] as const;
export type SourceName = (typeof sourceNames)[number];

/** Each source in a sentence that ends in "from …". */
export const sourceTitles: Readonly<Record<SourceName, string>> = {
  machine: "this machine",
  official: "its official release",
  registries: "the package registries",
};

/**
 * The sources to try, in order.
 * @param setting A list such as `machine,official`. @default KUBEFLOW_STACK_SOURCES; all when that is unset
 * @throws ToolError for a name that is no source.
 */
export function sourcesToTry(setting = process.env["KUBEFLOW_STACK_SOURCES"]): readonly SourceName[] {
  if (!setting) return sourceNames;
  const named = setting.split(",").map((name) => name.trim());
  const unknown = named.find((name) => !sourceNames.some((source) => source === name));
  if (unknown !== undefined) {
    throw new ToolError(
      `KUBEFLOW_STACK_SOURCES names "${unknown}"; it takes a comma-separated list of ${sourceNames.join(", ")}.`,
    );
  }
  return sourceNames.filter((source) => named.includes(source));
}
