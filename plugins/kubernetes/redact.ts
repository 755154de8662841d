/** Keeps secret values out of everything this plugin says. */
import { isMap, Secret, type Value } from "../base";

/** Shorter values would black out ordinary words; they are no use as a secret either. */
const SHORTEST = 6;
const MASK = "[secret]";

/** Remembers every secret value that came by, and masks them in texts. */
export class Redactor {
  private readonly values = new Set<string>();
  private pattern: RegExp | undefined;

  /** Learns the secrets inside of a value. */
  learn(value: Value | undefined, secret = false): void {
    if (value instanceof Secret) this.learn(value.value, true);
    else if (Array.isArray(value)) value.forEach((item) => this.learn(item, secret));
    else if (isMap(value)) Object.values(value).forEach((item) => this.learn(item, secret));
    else if (secret && typeof value === "string") this.add(value);
  }

  /** The text with every secret that is known masked. */
  mask(text: string): string {
    if (this.values.size === 0) return text;
    this.pattern ??= new RegExp(
      [...this.values]
        .sort((a, b) => b.length - a.length)
        .map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
        .join("|"),
      "g",
    );
    return text.replaceAll(this.pattern, MASK);
  }

  private add(value: string): void {
    // Servers and programs say a value as it is, in Base64, or quoted in JSON; data of a Secret arrives in Base64.
    const decoded = Buffer.from(value, "base64").toString("utf8");
    const wasEncoded = Buffer.from(decoded, "utf8").toString("base64") === value;
    for (const form of wasEncoded ? [value, decoded] : [value, Buffer.from(value, "utf8").toString("base64")]) {
      for (const written of [form, JSON.stringify(form).slice(1, -1)]) {
        if (written.trim().length < SHORTEST || this.values.has(written)) continue;
        this.values.add(written);
        this.pattern = undefined;
      }
    }
  }
}
