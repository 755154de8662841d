import type { Drift } from "./find";

/** One drift on one or two lines: which object, which field, from what to what, by whom and when. */
export function printDrift(drift: Drift): string {
  const { kind, metadata } = drift.object;
  const name = `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
  const who = drift.owner
    ? `  (${drift.owner.manager}${drift.owner.time === undefined ? "" : `, ${drift.owner.time}`})`
    : "";
  switch (drift.change) {
    case "deleted":
      return `${name}: deleted`;
    case "re-owned":
      return `${name}: no longer held by this stack${who}`;
    case "added":
      return `${name}: ${field(drift.path)} added, ${show(drift, drift.live)}${who}`;
    case "changed":
      return `${name}: ${field(drift.path)} is ${show(drift, drift.live)}, declared ${show(drift, drift.declared)}${who}`;
  }
}

/** The same for machines; secret values are left out. */
export function driftRecord({ object, owner, isSecret, declared, live, ...rest }: Drift): Record<string, unknown> {
  const { apiVersion, kind, metadata } = object;
  return {
    ...{ apiVersion, kind, namespace: metadata.namespace, name: metadata.name, ...rest },
    ...(isSecret ? {} : { declared, live }),
    manager: owner?.manager,
    time: owner?.time,
  };
}

const field = (path: string): string =>
  path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part, index) => (/^[\w-]+$/.test(part) ? (index > 0 ? `.${part}` : part) : `["${part}"]`))
    .join("");

function show(drift: Drift, value: unknown): string {
  if (value === undefined) return "absent";
  if (drift.isSecret) return "[secret]";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
