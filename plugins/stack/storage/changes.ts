import { containsUnknown } from "../../base";
import type { DiffResult } from "../../base/provider";

/** The names of the properties that differ or are not known yet. */
export function changedKeys(old: object, news: object): string[] {
  const a = old as Record<string, unknown>;
  const b = news as Record<string, unknown>;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.filter((key) => containsUnknown(b[key]) || JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

/** A difference that takes a new resource. */
export function replaced(...keys: string[]): DiffResult {
  return { changes: true, replaces: keys, detailed: Object.fromEntries(keys.map((key) => [key, "update-replace"])) };
}

/** A difference that an update in place settles. */
export function updated(keys: readonly string[]): DiffResult {
  return { changes: true, detailed: Object.fromEntries(keys.map((key) => [key, "update"])) };
}
