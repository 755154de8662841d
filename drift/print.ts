import type { KubeObject } from "../kube/object";
import type { Drift } from "./judge";
import { parts } from "../kube/pointer";

/** An object as people call it: `Deployment kserve/kserve-controller-manager`. */
export const nameOf = ({ kind, metadata: { namespace, name } }: KubeObject): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** One drift on one line: which object, which field, from what to what, by whom and when. */
export function printDrift(drift: Drift): string {
  const name = nameOf(drift.object);
  const who = drift.owner
    ? `  (${drift.owner.manager}${drift.owner.time === undefined ? "" : `, ${drift.owner.time}`})`
    : "";
  if (drift.detail !== undefined)
    return `${name} ${drift.path === "" || drift.change === "deleted" ? "" : `${field(drift.path)} `}${drift.detail}${who}`;
  switch (drift.change) {
    case "deleted":
      return `${name}: deleted`;
    case "added":
      return `${name}: ${field(drift.path)} added, ${show(drift, drift.live)}${who}`;
    case "re-owned":
      return `${name}: claimed by ${field(drift.path)}, ${show(drift, drift.live)}, declared ${show(drift, drift.declared)}${who}`;
    case "changed":
      return `${name}: ${field(drift.path)} is ${show(drift, drift.live)}, declared ${show(drift, drift.declared)}${who}`;
  }
}

/** One drift as `npm run drift -- --json` gives it; what is not known, and secret values, are left out. */
export interface DriftRecord {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** The stack's resource. */
  readonly urn: string;
  readonly change: Drift["change"];
  /** JSON pointer of the field in the live object; empty for the whole object. */
  readonly path: string;
  /** What happened, where values do not say it. */
  readonly detail?: string;
  /** The value that the stack declares, and the one in the cluster; neither where it is secret. */
  readonly declared?: unknown;
  readonly live?: unknown;
  /** Who wrote the field last, by the name of the field manager, and when (RFC 3339), as far as the cluster tells. */
  readonly manager?: string;
  readonly time?: string;
}

/** The drift for machines. */
export function driftRecord({ object, owner, isSecret, declared, live, ...rest }: Drift): DriftRecord {
  const { apiVersion, kind, metadata } = object;
  return {
    ...{ apiVersion, kind, name: metadata.name, ...rest },
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    ...(!isSecret && { declared, live }),
    ...(owner && { manager: owner.manager }),
    ...(owner?.time !== undefined && { time: owner.time }),
  };
}

const field = (path: string): string =>
  parts(path)
    .map((part, index) => (/^[\w-]+$/.test(part) ? (index > 0 ? `.${part}` : part) : `["${part}"]`))
    .join("");

function show(drift: Drift, value: unknown): string {
  if (value === undefined) return "absent";
  if (drift.isSecret) return "[secret]";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
