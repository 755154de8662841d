/** Kubernetes quantities (`500m`, `1.5Gi`, `2e3`) in the one form the API server stores them in. */

const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** Nothing smaller than a billionth is kept. */
const NANO = 9;

/**
 * The canonical form: no fraction, the largest suffix that loses nothing.
 * @param quantity text or number, such as `0.5`, `1024Mi`
 * @returns the text unchanged where it is no quantity
 */
export function canonicalQuantity(quantity: string | number): string {
  const text = String(quantity);
  const match = PATTERN.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent, suffix = ""] = match;
  if (whole === "" && fraction === "") return text;
  const binary = suffix.endsWith("i");
  const power = exponent === undefined ? (binary ? 0 : DECIMAL.indexOf(suffix) * 3 - NANO) : Number(exponent.slice(1));
  let nanos = scale(
    BigInt(whole + fraction || "0"),
    power - fraction.length + NANO,
    binary ? BINARY.indexOf(suffix) : 0,
  );
  if (sign === "-") nanos = -nanos;
  if (nanos === 0n) return "0";
  if (exponent !== undefined) return withExponent(nanos);
  const unit = 10n ** BigInt(NANO);
  const magnitude = nanos < 0n ? -nanos : nanos;
  if (binary && nanos % unit === 0n && magnitude >= 1024n * unit) return largest(nanos / unit, 1024n, BINARY);
  return largest(nanos, 1000n, DECIMAL);
}

/** value * 10^power * 1024^binaryPower, rounded away from zero. */
function scale(value: bigint, power: number, binaryPower: number): bigint {
  const scaled = value * 1024n ** BigInt(binaryPower);
  if (power >= 0) return scaled * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (scaled + divisor - 1n) / divisor;
}

/** Writes the value with the largest suffix that divides it. */
function largest(value: bigint, base: bigint, suffixes: readonly string[]): string {
  let rest = value;
  let index = 0;
  while (index < suffixes.length - 1 && rest % base === 0n) {
    rest /= base;
    index++;
  }
  return `${rest}${suffixes[index]}`;
}

function withExponent(nanos: bigint): string {
  let rest = nanos;
  let power = -NANO;
  while (rest % 1000n === 0n) {
    rest /= 1000n;
    power += 3;
  }
  return power === 0 ? `${rest}` : `${rest}e${power}`;
}
