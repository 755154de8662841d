import { escape, isComparedPerKey } from "../kube/pointer";

/** A value that is not what it should be. */
export interface Difference {
  /** JSON pointer into the live object. */
  readonly path: string;
  /** Undefined when the field should not be there. */
  readonly declared: unknown;
  /** Undefined when the field is gone. */
  readonly live: unknown;
}

type Record_ = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Record_ =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Rules {
  /** Whether what only the live object has is a difference, too. */
  readonly both: boolean;
  readonly isSame: (declared: unknown, live: unknown, path: string) => boolean;
}

/**
 * The declared values that the live object does not hold. What the live object holds beyond them is not looked at, and what only looks
 * different (empty for absent, another form of a quantity) is taken for equal.
 * @param declared - an object as declared
 * @param live - the same as the API server has it
 */
export const differences = (declared: unknown, live: unknown): Difference[] =>
  compare(declared, live, "", { both: false, isSame: meansTheSame });

/**
 * All that differs between two forms of an object that the API server gave.
 * @param wanted - as it should be
 * @param live - as it is
 */
export const changes = (wanted: unknown, live: unknown): Difference[] =>
  compare(wanted, live, "", { both: true, isSame: Object.is });

function compare(declared: unknown, live: unknown, path: string, rules: Rules): Difference[] {
  if (isRecord(declared) && live === undefined && !rules.both && isEmpty(declared)) return [];
  const isSplit = !rules.both || isComparedPerKey(path);
  const [from, to] = [declared ?? (isSplit ? {} : undefined), live ?? (isSplit ? {} : undefined)];
  if (isRecord(from) && isRecord(to) && (isRecord(declared) || isRecord(live))) {
    const keys = new Set([...Object.keys(from), ...(rules.both ? Object.keys(to) : [])]);
    return [...keys].flatMap((key) => compare(from[key], to[key], `${path}/${escape(key)}`, rules));
  }
  if (Array.isArray(declared) && Array.isArray(live)) return compareLists(declared, live, path, rules);
  return rules.isSame(declared, live, path) ? [] : [{ path, declared, live }];
}

function compareLists(
  declared: readonly unknown[],
  live: readonly unknown[],
  path: string,
  rules: Rules,
): Difference[] {
  const key = listKey(declared, live);
  if (key === undefined) {
    if (declared.length !== live.length) return [{ path, declared, live }];
    return declared.flatMap((item, index) => compare(item, live[index], `${path}/${index}`, rules));
  }
  const keyOf = (item: unknown): unknown => Reflect.get(Object(item), key);
  const places = new Map(live.map((item, index) => [keyOf(item), index]));
  const wanted = new Set(declared.map(keyOf));
  const found = declared.flatMap((item) => {
    const place = places.get(keyOf(item));
    return place === undefined
      ? [{ path: `${path}/${escape(String(keyOf(item)))}`, declared: item, live: undefined }]
      : compare(item, live[place], `${path}/${place}`, rules);
  });
  const extra = live.flatMap((item, index) =>
    wanted.has(keyOf(item)) ? [] : [{ path: `${path}/${index}`, declared: undefined, live: item }],
  );
  // Variables refer to those before them, and volumes are mounted one over the other: the order says something.
  const [before, after] = [
    declared.map(keyOf).filter((value) => places.has(value)),
    live.map(keyOf).filter((value) => wanted.has(value)),
  ];
  const isReordered = before.some((value, index) => value !== after[index]);
  return [...found, ...(rules.both ? extra : []), ...(isReordered ? [{ path, declared: before, live: after }] : [])];
}

const keys = ["name", "mountPath", "containerPort", "type", "key", "ip"];

/** The field that tells the items of a list apart, if one does: Kubernetes merges such lists item by item. */
function listKey(declared: readonly unknown[], live: readonly unknown[]): string | undefined {
  return keys.find((key) =>
    [declared, live].every((list) => {
      const values = list.map((item) => (isRecord(item) ? item[key] : undefined));
      return values.every((value) => value !== undefined) && new Set(values).size === values.length;
    }),
  );
}

/** What the API server may drop or never send back, since it says nothing. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.values(value).every(isEmpty));

/** Text by keys that anybody chooses: there an empty text that is gone is gone. */
const textByKeys = /\/(labels|annotations|matchLabels|nodeSelector|data|stringData|binaryData)\/[^/]+$/;

/** Where the API server rewrites numbers: quantities of resources. */
const quantityPath = /\/(limits|requests|capacity|hard|storage|sizeLimit|cpu|memory|divisor|min|max|default\w*)(\/|$)/;

function meansTheSame(declared: unknown, live: unknown, path: string): boolean {
  if (declared === live) return true;
  if (isEmpty(declared) && isEmpty(live)) return !(declared === "" && textByKeys.test(path));
  if (!quantityPath.test(path)) return false;
  const [a, b] = [quantity(declared), quantity(live)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

const suffixes: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** The number that a Kubernetes quantity stands for; undefined for what is none. */
export function quantity(value: unknown): number | undefined {
  const match = /^([+-]?[\d.]+)(e[+-]?\d+|[A-Za-z]{0,2})$/.exec(String(value));
  if (!match) return undefined;
  const [, digits = "", suffix = ""] = match;
  if (/^e[+-]?\d/i.test(suffix)) return Number(digits + suffix);
  const factor = suffixes[suffix];
  return factor === undefined ? undefined : Number(digits) * factor;
}
