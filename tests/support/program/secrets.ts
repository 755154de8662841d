/** Looks for generated secrets where none may be. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: unknown;
}

/** The mark by which Pulumi tells a secret from any other object. */
const MARK = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

/**
 * Every secret that was generated for a stack, by a name that may be printed: all that the random provider made and keeps
 * secret, and the private keys and tokens of kubeconfigs; each as it is and in base64, as Secrets hold it.
 * @param exported - what `pulumi stack export --show-secrets` prints
 */
export function generatedSecrets(exported: string): Map<string, string> {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: ExportedResource[] } };
  const found = new Map<string, string>();
  const add = (name: string, value: string) => {
    found.set(name, value);
    // Without the padding, which another text's end could change.
    found.set(`${name} in base64`, Buffer.from(value).toString("base64").replace(/=+$/, "").slice(0, -1));
  };
  for (const { urn, type, outputs } of deployment.resources ?? [])
    for (const [path, text] of secretTexts(outputs)) {
      const name = `${urn.split("::").at(-1)}${path}`;
      if (type.startsWith("random:")) add(name, text);
      for (const [, key, value = ""] of text.matchAll(/"?(client-key-data|token)"?: *"?([^\s",}]+)/g))
        if (value.length > 15) add(`${name} ${key}`, value);
    }
  return found;
}

/** The texts in what is marked secret, each with its place. */
function secretTexts(value: unknown, path = "", isSecret = false): [string, string][] {
  if (typeof value === "string") return isSecret ? [[path, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Reflect.get(value, MARK.key) === MARK.value)
    return secretTexts(JSON.parse(String(Reflect.get(value, "plaintext"))), path, true);
  return Object.entries(value).flatMap(([key, inner]) => secretTexts(inner, `${path}/${key}`, isSecret));
}

/** The names of the secrets that a content holds, each with the place: `PLACE holds NAME`. */
export function secretsIn(place: string, content: string | Buffer, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].flatMap(([name, value]) => (content.includes(value) ? [`${place} holds ${name}`] : []));
}

/** The same for every file in a folder, compressed ones unpacked; those that go while it is looked at are left out. */
export function secretsInFolder(folder: string, secrets: ReadonlyMap<string, string>): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const file = join(folder, name);
    const content = ifThere(() => (statSync(file).isFile() ? readFileSync(file) : undefined));
    if (content === undefined) return [];
    return secretsIn(file, isZstd(content) ? zstdDecompressSync(content) : content, secrets);
  });
}

/** Whatever it is called: Pulumi keeps copies of its state. */
const isZstd = (content: Buffer): boolean => content.length >= 4 && content.readUInt32LE(0) === 0xfd2fb528;

/** The same for the command lines and environments of all processes. Those that need one are the trainer's, while it trains. */
export function secretsInProcesses(secrets: ReadonlyMap<string, string>): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const read = (name: string) => ifThere(() => readFileSync(`/proc/${pid}/${name}`)) ?? Buffer.alloc(0);
    const command = read("cmdline");
    const who = `process ${pid} (${command.toString().split("\0")[0]})`;
    return [
      ...secretsIn(`the command line of ${who}`, command, secrets),
      ...secretsIn(`the environment of ${who}`, read("environ"), secrets),
    ];
  });
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
