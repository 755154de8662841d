import { escape } from "./declared";

/** A value that is not what was declared. */
export interface Difference {
  /** JSON pointer into the live object. */
  readonly path: string;
  readonly declared: unknown;
  /** Undefined when the field is gone. */
  readonly live: unknown;
}

type Record_ = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Record_ =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the API server may drop or never send back, since it says nothing. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.values(value).every(isEmpty));

/** Where the API server rewrites numbers: quantities of resources. */
const quantityPath = /\/(limits|requests|capacity|hard|storage|sizeLimit|cpu|memory|divisor|min|max|default\w*)(\/|$)/;

/**
 * The declared values that the live object does not hold. What the live object holds beyond them is not looked at.
 * @param declared - an object as declared
 * @param live - the same as the API server has it
 */
export function differences(declared: unknown, live: unknown, path = ""): Difference[] {
  if (isRecord(declared) && (isRecord(live) || live === undefined)) {
    if (live === undefined && isEmpty(declared)) return [];
    return Object.entries(declared).flatMap(([key, value]) =>
      differences(value, live?.[key], `${path}/${escape(key)}`),
    );
  }
  if (Array.isArray(declared) && Array.isArray(live)) return listDifferences(declared, live, path);
  if (isSame(declared, live, path)) return [];
  return [{ path, declared, live }];
}

function listDifferences(declared: readonly unknown[], live: readonly unknown[], path: string): Difference[] {
  const key = listKey(declared, live);
  if (key === undefined) {
    if (declared.length !== live.length) return [{ path, declared, live }];
    return declared.flatMap((item, index) => differences(item, live[index], `${path}/${index}`));
  }
  return declared.flatMap((item) => {
    const index = live.findIndex((other) => isRecord(other) && isRecord(item) && other[key] === item[key]);
    const at = `${path}/${index === -1 ? String(Reflect.get(Object(item), key)) : index}`;
    return index === -1 ? [{ path: at, declared: item, live: undefined }] : differences(item, live[index], at);
  });
}

/** The field that tells the items of a list apart, if one does: Kubernetes merges such lists item by item. */
function listKey(declared: readonly unknown[], live: readonly unknown[]): string | undefined {
  return ["name", "mountPath", "containerPort", "type", "key", "ip"].find((key) =>
    [declared, live].every((list) => {
      const values = list.map((item) => (isRecord(item) ? item[key] : undefined));
      return values.every((value) => value !== undefined) && new Set(values).size === values.length;
    }),
  );
}

function isSame(declared: unknown, live: unknown, path: string): boolean {
  if (declared === live || (isEmpty(declared) && isEmpty(live))) return true;
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
