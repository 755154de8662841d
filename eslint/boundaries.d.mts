export const layers: Readonly<Record<string, readonly string[]>>;
export function isWithin(this: void, path: string, part: string): boolean;
export const zones: readonly object[];
