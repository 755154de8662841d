/** JSON pointers into Kubernetes objects. */

/** A key as a part of a JSON pointer. */
export const escape = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** The keys of a JSON pointer. */
export const parts = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/** Whether one JSON pointer equals the other, or lies above or below it. */
export const touches = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

/** Whether the map at a path is compared entry by entry even where one side lacks it: labels and annotations. */
export const isComparedPerKey = (path: string): boolean => /\/metadata\/(labels|annotations)$/.test(path);
