/**
 * How programs in a build container reach the package registries the way this machine does: its npm and pip settings and its
 * certificate authorities, handed over as files for the duration of a RUN. Nothing of it becomes part of an image.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../process";

/** A file that a RUN sees. */
export interface SecretMount {
  id: string;
  /** The file on this machine. */
  source: string;
  /** Where the RUN sees it. */
  target: string;
}

const authorities = "/run/secrets/kubeflow-stack-ca.crt";
const authorityVariables = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"];

/**
 * Writes the files that a build needs.
 *
 * @param dir A folder that only this user can read; the files hold whatever credentials the registries need.
 * @returns The files, fewest possible: a machine without settings of its own gives none.
 */
export async function machineConfig(dir: string, env: NodeJS.ProcessEnv = process.env): Promise<SecretMount[]> {
  const [npmFiles, pipList] = await Promise.all([npmConfigFiles(env), pipConfig()]);
  const npm = npmSettings(npmFiles, env);
  const pip = pipSettings(pipList, env);
  const bundle =
    authorityVariables.map((name) => env[name]).find((file) => file !== undefined && existsSync(file)) ??
    [npm.get("cafile"), pip.get("cert")].find((file) => file !== undefined && existsSync(file));
  npm.delete("cafile");
  pip.delete("cert");
  const mounts: SecretMount[] = [];
  if (bundle !== undefined) {
    mounts.push({ id: "kubeflow-stack-ca", source: bundle, target: authorities });
    npm.set("cafile", authorities);
    pip.set("cert", authorities);
  }
  const write = (id: string, target: string, text: string): void => {
    const source = join(dir, id);
    writeFileSync(source, text, { mode: 0o600 });
    mounts.push({ id, source, target });
  };
  const npmrc = [...npm].map(([key, value]) => `${key}=${value}\n`).join("");
  if (npm.size > 0) {
    // npm's global file is beside its prefix, which official images have in /usr/local; root's own file serves the others.
    write("kubeflow-stack-npmrc", "/usr/local/etc/npmrc", npmrc);
    write("kubeflow-stack-npmrc-root", "/root/.npmrc", npmrc);
  }
  if (pip.size > 0) {
    const lines = [...pip].map(([key, value]) => `${key} = ${value}\n`).join("");
    write("kubeflow-stack-pip", "/etc/pip.conf", `[global]\n${lines}`);
  }
  return mounts;
}

/** The settings that say where packages come from; caches, folders and tastes of this machine mean nothing in a container. */
const npmKeys = /^(registry|@[^:/]+:registry|\/\/.+:.+|proxy|https-proxy|noproxy|strict-ssl|ca|ca\[\]|cafile)$/;

/** @param files Contents of npmrc files, weakest first. */
export function npmSettings(files: readonly string[], env: NodeJS.ProcessEnv): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of files.flatMap((text) => text.split("\n"))) {
    const [, key, value] = /^\s*([^#;\s=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || !npmKeys.test(key)) continue;
    settings.set(
      key,
      value.replace(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole),
    );
  }
  for (const [name, value] of Object.entries(env)) {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1]?.toLowerCase().replaceAll("_", "-");
    if (key !== undefined && value && npmKeys.test(key)) settings.set(key, value);
  }
  return settings;
}

async function npmConfigFiles(env: NodeJS.ProcessEnv): Promise<string[]> {
  // Asked outside any project, whose own npmrc would answer; npm may be missing where only Docker is used.
  const global = await run("npm", ["config", "get", "globalconfig"], { cwd: "/" }).catch(() => "");
  const user = env["npm_config_userconfig"] ?? env["NPM_CONFIG_USERCONFIG"] ?? join(homedir(), ".npmrc");
  return [global.trim(), user].filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
}

const pipKeys = /^(index-url|extra-index-url|trusted-host|proxy|cert)$/;

/** @param listed What `pip config list` says: lines of `global.index-url='…'`. */
export function pipSettings(listed: string, env: NodeJS.ProcessEnv): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of listed.split("\n")) {
    const [, key, value] = /^[\w:.-]*?\.([\w-]+)='(.*)'\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && pipKeys.test(key)) settings.set(key, value);
  }
  for (const [name, value] of Object.entries(env)) {
    const key = /^PIP_(.+)$/.exec(name)?.[1]?.toLowerCase().replaceAll("_", "-");
    if (key !== undefined && value && pipKeys.test(key)) settings.set(key, value);
  }
  return settings;
}

async function pipConfig(): Promise<string> {
  return run("python3", ["-m", "pip", "config", "list"], { cwd: "/" }).catch(() => "");
}
