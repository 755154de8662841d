/** The paths at which two JSON values differ, with both values: what a failed comparison should say. */
export function differences(ours: unknown, theirs: unknown, path = ""): string[] {
  const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (isBranch(ours) && isBranch(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys.flatMap((key) => differences(ours[key], theirs[key], `${path}/${key}`));
  }
  return Object.is(ours, theirs) ? [] : [`${path}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`];
}
