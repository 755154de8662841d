/** JSON pointers: paths into objects. */

/** A key as a part of a JSON pointer. */
export const escape = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** The keys that a JSON pointer goes through. */
export const parts = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/** Whether one JSON pointer is the other, or lies above or below it. */
export const touches = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

/** Whether what a path leads to is always told entry by entry, even where somebody brought the first: labels and annotations. */
export const isToldSingly = (path: string): boolean => /\/metadata\/(labels|annotations)$/.test(path);
