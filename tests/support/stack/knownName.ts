import { execFile } from "node:child_process";
import { resolve4 } from "node:dns/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Hosts that this machine's package managers are set up to ask. */
async function configuredHosts(): Promise<string[]> {
  const asked = [
    ["npm", "config", "get", "registry"],
    ["pip", "config", "list"],
  ].map(async ([program = "", ...args]) => (await run(program, args).catch(() => ({ stdout: "" }))).stdout);
  const proxies = Object.entries(process.env).flatMap(([key, value]) => (/_proxy$/i.test(key) && value ? [value] : []));
  const texts = [...(await Promise.all(asked)), ...proxies];
  const urls = texts.flatMap((text) => text.match(/https?:\/\/[^\s'"]+/g) ?? []).filter((url) => URL.canParse(url));
  return [...new Set(urls.map((url) => new URL(url).hostname))].filter((host) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]/i.test(host),
  );
}

/**
 * A name of the outside that this machine's resolver answers: one that its own configuration names.
 * @returns the name, and the addresses that the resolver gives
 * @throws when it answers none
 */
export async function knownName(): Promise<{ name: string; addresses: string[] }> {
  const hosts = await configuredHosts();
  for (const name of hosts) {
    const addresses = await resolve4(name).catch(() => []);
    if (addresses.length > 0) return { name, addresses };
  }
  throw new Error(
    `The resolver answers none of the names in npm's, pip's and the proxies' configuration (${hosts.join(", ")}); connect the machine, or set one it knows.`,
  );
}
