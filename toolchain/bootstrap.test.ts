import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";

const root = join(__dirname, "..");

/** What stands in for npm: notes its arguments and lays out the packages of the lock file. */
const npm = `
const fs = require("fs"), path = require("path");
const [command] = process.argv.slice(2);
if (command === "ci") fs.writeFileSync("npm-umask", process.umask().toString(8));
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
if (fs.existsSync("npm-fails")) { console.error("registry says no"); process.exit(3); }
if (command === "ci") {
  fs.rmSync("node_modules", { recursive: true, force: true });
  fs.mkdirSync("node_modules/.bin", { recursive: true });
  for (const name of ["esbuild", "@esbuild"]) fs.symlinkSync(path.join(${JSON.stringify(root)}, "node_modules", name), path.join("node_modules", name));
  fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");
}
if (command === "rebuild") fs.symlinkSync(process.execPath, "node_modules/.bin/node");
`;
const program = `
if (process.argv[2] === "wait") { process.on("SIGTERM", () => process.exit(9)); setInterval(() => undefined, 1000); }
else if (process.argv[2] === "environment") console.log(JSON.stringify({ umask: process.umask(), from: process.env.INIT_CWD }));
else process.exitCode = 7;
console.log(JSON.stringify(process.argv.slice(2)));
`;

describe("toolchain bootstrap", function () {
  // Each of these starts whole processes.
  this.timeout(60_000);

  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    for (const folder of ["toolchain", "cli"]) mkdirSync(join(project, folder));
    for (const file of ["bootstrap.cjs", "typescript.cjs"]) {
      copyFileSync(join(root, "toolchain", file), join(project, "toolchain", file));
    }
    writeFileSync(join(project, "cli", "main.ts"), program);
    writeFileSync(join(project, "npm-cli.js"), npm);
    writeLock("1.0.0");
  });

  afterEach(() => rmSync(project, { recursive: true }));

  const writeLock = (version: string): void => {
    const packages = {
      "": {},
      "node_modules/one": { version },
      "node_modules/other-system": { version, optional: true },
    };
    writeFileSync(join(project, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  };
  const start = (...args: string[]) =>
    spawn(process.execPath, [join(project, "toolchain", "bootstrap.cjs"), ...args], {
      cwd: tmpdir(),
      env: { ...process.env, npm_execpath: join(project, "npm-cli.js") },
      stdio: ["ignore", "pipe", "pipe"],
    });

  async function run(...args: string[]): Promise<{ code: number; out: string; said: string }> {
    const child = start(...args);
    const ended = once(child, "exit") as Promise<[number]>;
    const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, out, said };
  }
  const calls = (): string[] => {
    const file = join(project, "npm-calls");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return lines.map((line) => line.split(" ")[0] ?? "");
  };

  it("installs first, hands over the arguments, and ends as the command does", async () => {
    const { code, out, said } = await run("up", "--stack", "a b");
    expect(out).to.equal(`["up","--stack","a b"]\n`);
    expect(code).to.equal(7);
    expect(said).to.match(/^installing .*\ninstalled .* \d+ s\n$/);
    expect(calls()).to.deep.equal(["ci", "rebuild"]);
  });

  it("installs once, until the lock file changes", async () => {
    await run("up");
    expect((await run("up")).said).to.equal("");
    expect(calls()).to.deep.equal(["ci", "rebuild"]);
    writeLock("1.0.1");
    await run("up");
    expect(calls()).to.deep.equal(["ci", "rebuild", "ci", "rebuild"]);
  });

  it("takes packages that were installed by hand", async () => {
    await run("up");
    rmSync(join(project, "node_modules", ".kubeflow-stack-lock"));
    expect((await run("up")).said).to.equal("");
    expect(calls()).to.deep.equal(["ci", "rebuild"]);
  });

  it("starts over after an installation that was killed half way", async () => {
    mkdirSync(join(project, "node_modules"));
    symlinkSync("nowhere", join(project, "node_modules", "one"));
    expect((await run("up")).code).to.equal(7);
    expect(calls()).to.deep.equal(["ci", "rebuild"]);
  });

  it("installs once for two who start at the same time", async () => {
    const both = await Promise.all([run("one"), run("two")]);
    expect(both.map(({ out }) => out)).to.deep.equal([`["one"]\n`, `["two"]\n`]);
    expect(calls()).to.deep.equal(["ci", "rebuild"]);
  });

  it("says what to do when npm fails", async () => {
    writeFileSync(join(project, "npm-fails"), "");
    const { code, out, said } = await run("up");
    expect([code, out]).to.deep.equal([1, ""]);
    expect(said).to.include("registry says no\n");
    expect(said).to.match(/"npm ci .*exit code 3/);
  });

  // What the caller's shell is set to, and what the command must see in spite of it.
  for (const [setting, shell, env] of [
    ["umask 077", "umask 077", {}],
    ["umask 027", "umask 027", {}],
    ["NODE_ENV=production", ":", { NODE_ENV: "production" }],
    ["npm's omit=dev", ":", { npm_config_omit: "dev" }],
  ] as const)
    it(`installs every package and creates files that others can read, whatever the caller sets: ${setting}`, () => {
      const bootstrap = join(project, "toolchain", "bootstrap.cjs");
      const line = `${shell}; exec ${process.execPath} ${bootstrap} environment`;
      const seen = execFileSync("/bin/sh", ["-c", line], {
        cwd: tmpdir(),
        env: { ...process.env, ...env, npm_execpath: join(project, "npm-cli.js") },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      expect(JSON.parse(seen.split("\n")[0] ?? "")).to.include({ umask: 0o022 });
      expect(readFileSync(join(project, "npm-umask"), "utf8")).to.equal("22");
      expect(readFileSync(join(project, "npm-calls"), "utf8")).to.match(/^ci .*--include=dev/);
    });

  it("tells the command from which folder it was typed", () => {
    const from = (INIT_CWD?: string) => {
      const said = execFileSync(process.execPath, [join(project, "toolchain", "bootstrap.cjs"), "environment"], {
        cwd: tmpdir(),
        env: { ...process.env, INIT_CWD, npm_execpath: join(project, "npm-cli.js") },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return (JSON.parse(said.split("\n")[0] ?? "") as { from: string }).from;
    };
    expect(from()).to.equal(tmpdir());
    expect(from("/where/npm/run/was/typed")).to.equal("/where/npm/run/was/typed");
  });

  it("passes signals on", async () => {
    await run("up");
    const child = start("wait");
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).to.equal(9);
  });
});
