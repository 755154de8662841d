import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "../types";

/** A suite of Debian (or Ubuntu) and where the host gets it from. */
export interface Suite {
  codename: string;
  /** Lines for a sources.list. */
  sources: string[];
}

interface Entry {
  uri: string;
  suite: string;
  components: string[];
  signedBy?: string;
}

/** The suite that the host itself is, whose libraries fit its C library. */
export function hostSuite(): Suite {
  const release = readFileSync("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(release)?.[1];
  const family = /^ID="?(\w+)"?$/m.exec(release)?.[1];
  if (!codename || (family !== "debian" && family !== "ubuntu")) {
    throw new ToolError(
      "This machine is neither Debian nor Ubuntu, so its missing programs have to be installed by hand.",
    );
  }
  return suiteOf(codename, readEntries("/etc/apt"), family);
}

/** The keys that Debian's archives are signed with, where a machine has them. */
export const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Debian 12, which images are made of whatever the host is.
 *
 * @param keyring The keys of its archives.
 */
export function bookworm(keyring: string): Suite {
  return suiteOf("bookworm", readEntries("/etc/apt"), "debian", keyring);
}

/**
 * Chooses a suite's own archives from what the host is set up with, so that mirrors are honoured and vendors' archives
 * are left out; the distribution's public address when the host names none.
 */
export function suiteOf(
  codename: string,
  entries: readonly Entry[],
  family: "debian" | "ubuntu",
  keyring = `/usr/share/keyrings/${family}-archive-keyring.gpg`,
): Suite {
  const own = entries.filter(({ uri }) => new RegExp(`/(${family}|${family}-security)/?$`).test(uri));
  const wanted = own.filter(({ suite, components }) => {
    return (suite === codename || suite.startsWith(`${codename}-`)) && components.includes("main");
  });
  const line = ({ uri, suite, components, signedBy }: Entry): string => {
    const signed = signedBy ?? (existsSync(keyring) ? keyring : undefined);
    return `deb ${signed ? `[signed-by=${signed}] ` : ""}${uri} ${suite} ${components.join(" ")}`;
  };
  if (wanted.some(({ suite }) => suite === codename)) return { codename, sources: [...new Set(wanted.map(line))] };
  const components = family === "ubuntu" ? ["main", "universe"] : ["main"];
  const base = own.find(({ uri }) => uri.replace(/\/$/, "").endsWith(`/${family}`))?.uri;
  const security = own.find(({ uri }) => uri.replace(/\/$/, "").endsWith(`/${family}-security`))?.uri;
  const standard =
    family === "debian"
      ? [
          { uri: base ?? "http://deb.debian.org/debian", suite: codename, components },
          { uri: base ?? "http://deb.debian.org/debian", suite: `${codename}-updates`, components },
          { uri: security ?? "http://deb.debian.org/debian-security", suite: `${codename}-security`, components },
        ]
      : [
          { uri: base ?? "http://archive.ubuntu.com/ubuntu", suite: codename, components },
          { uri: base ?? "http://archive.ubuntu.com/ubuntu", suite: `${codename}-updates`, components },
        ];
  return { codename, sources: standard.map(line) };
}

/** Reads apt's sources in both of its formats. */
export function readEntries(folder: string): Entry[] {
  const parts = join(folder, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const files = [join(folder, "sources.list"), ...names.map((name) => join(parts, name))].filter((file) =>
    existsSync(file),
  );
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return file.endsWith(".sources") ? parseDeb822(text) : file.endsWith(".list") ? parseList(text) : [];
  });
}

/** The one-line format: `deb [options] uri suite component…`. */
export function parseList(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line.trim());
    if (!match) return [];
    const [, options, uri = "", suite = "", components = ""] = match;
    const signedBy = /signed-by=(\S+)/.exec(options ?? "")?.[1];
    return [{ uri, suite, components: components.trim().split(/\s+/), ...(signedBy ? { signedBy } : {}) }];
  });
}

/** The deb822 format: paragraphs of `Field: values`. */
export function parseDeb822(text: string): Entry[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const clean = paragraph.replace(/^#.*\n?/gm, "");
    const field = (name: string): string[] =>
      (new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, "im").exec(clean)?.[1] ?? "")
        .trim()
        .split(/\s+/)
        .filter(Boolean);
    if (!field("Types").includes("deb") || field("Enabled")[0] === "no") return [];
    const signedBy = field("Signed-By").length === 1 ? field("Signed-By")[0] : undefined;
    return field("URIs").flatMap((uri) =>
      field("Suites").map((suite) => ({
        uri,
        suite,
        components: field("Components"),
        ...(signedBy ? { signedBy } : {}),
      })),
    );
  });
}
