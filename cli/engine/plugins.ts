import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { projectRoot } from "../arguments";
import type { State } from "./state";

/** The provider plugins that the program's SDK packages ask for, at the packages' versions. */
const plugins = ["kubernetes", "random"] as const;

/**
 * Puts the provider plugins where the engine looks for them; one that is there already stays as it is.
 */
export function providePlugins(state: State): void {
  const home = state.env["PULUMI_HOME"] ?? process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  for (const name of plugins) {
    const folder = path.join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`);
    if (existsSync(path.join(folder, `pulumi-resource-${name}`))) continue;
    standIn(name, folder);
  }
}

/** The stand-in of this project: a launcher, so that it stays as new as the project is. */
function standIn(name: string, folder: string): void {
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  const launcher = path.join(temporary, `pulumi-resource-${name}`);
  const modules = path.join(projectRoot, "node_modules");
  const node = [path.join(modules, ".bin/node"), "--import", path.join(modules, "tsx/dist/loader.mjs")];
  const words = [...node, path.join(projectRoot, "plugins", name, "main.ts")].map((word) => `'${word}'`);
  writeFileSync(launcher, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  chmodSync(launcher, 0o755);
  rmSync(folder, { recursive: true, force: true });
  renameSync(temporary, folder);
}

function sdkVersion(name: string): string {
  const file = path.join(projectRoot, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
