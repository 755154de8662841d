/** Kubernetes quantities (`500m`, `1.5Gi`, `2e3`), compared exactly. */

const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** The API server rounds up to billionths. */
const NANO = 9;

/**
 * The number of billionths that a quantity stands for.
 * @param value - text or a number, such as `0.5`, `1024Mi`
 * @returns `undefined` for what is no quantity
 */
export function nanosOf(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [all, sign, whole = "", fraction = "", exponent, suffix = ""] = PATTERN.exec(String(value)) ?? [];
  if (all === undefined || whole + fraction === "") return undefined;
  const isBinary = suffix.endsWith("i");
  const decimal = isBinary ? 0 : DECIMAL.indexOf(suffix) * 3 - NANO;
  const power = (exponent === undefined ? decimal : Number(exponent.slice(1))) - fraction.length + NANO;
  const scaled = BigInt(whole + fraction) * 1024n ** BigInt(isBinary ? BINARY.indexOf(suffix) : 0);
  const nanos = power >= 0 ? scaled * 10n ** BigInt(power) : ceilDivide(scaled, 10n ** BigInt(-power));
  return sign === "-" ? -nanos : nanos;
}

const ceilDivide = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

/** Whether two values are quantities of the same amount: `1Gi` and `1024Mi`. */
export function isSameQuantity(a: unknown, b: unknown): boolean {
  const [nanosA, nanosB] = [nanosOf(a), nanosOf(b)];
  return nanosA !== undefined && nanosA === nanosB;
}
