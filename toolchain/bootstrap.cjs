"use strict";
/**
 * Makes `npm run COMMAND` work in a fresh clone, before `npm install` and on a Node older than the project needs:
 * installs the npm packages when node_modules does not match package-lock.json, sees to the Node 22 that comes as an
 * npm package, and hands over to cli/main.ts on it. Only what Node 16 already had is used here.
 */
const { spawn } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");

const root = path.dirname(__dirname);
const modules = path.join(root, "node_modules");
const node22 = path.join(modules, ".bin", "node");
const stamp = path.join(modules, ".kubeflow-stack-lock");

/** What went wrong and what to do about it; anything else thrown here is a bug. */
class BootstrapError extends Error {}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what `lock` asks for, judged by the record npm keeps of its own work. Packages for other
 * machines (optional ones) may be absent.
 */
function matchesLock(lock) {
  const installed = readJson(path.join(modules, ".package-lock.json"));
  if (!installed || !installed.packages || !lock || !lock.packages) return false;
  return Object.entries(lock.packages).every(([place, wanted]) => {
    if (place === "") return true;
    const found = installed.packages[place];
    if (!found) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function isInstalled() {
  const lockFile = path.join(root, "package-lock.json");
  const text = fs.readFileSync(lockFile);
  const hash = createHash("sha256").update(text).digest("hex");
  try {
    if (fs.readFileSync(stamp, "utf8") === hash) return true;
  } catch {
    // No stamp yet: packages installed by hand count too.
  }
  if (!matchesLock(readJson(lockFile))) return false;
  fs.writeFileSync(stamp, hash);
  return true;
}

function hasNode22() {
  try {
    return fs.statSync(node22).size > 0;
  } catch {
    return false;
  }
}

function isReady() {
  return isInstalled() && hasNode22();
}

/**
 * Runs `work` in one process at a time. The lock is a listening socket, so the kernel lets go of it when its holder
 * dies, however it dies; those who wait hold a connection to it and wake when that closes.
 */
async function withLock(work) {
  const name = `kubeflow-stack-npm-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
  const linux = process.platform === "linux";
  const address = linux ? `\0${name}` : path.join(os.tmpdir(), `${name}.sock`);
  for (;;) {
    const server = net.createServer();
    const held = await new Promise((resolve, reject) => {
      server.once("error", (error) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)));
      server.listen(address, () => resolve(true));
    });
    if (held) {
      const waiting = new Set();
      server.on("connection", (socket) => waiting.add(socket.on("error", () => undefined)));
      try {
        return await work();
      } finally {
        for (const socket of waiting) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      }
    }
    const alive = await new Promise((resolve) => {
      let connected = false;
      const socket = net.connect(address, () => (connected = true));
      socket.on("error", () => undefined).on("close", () => resolve(connected));
    });
    if (!alive && !linux) fs.rmSync(address, { force: true });
  }
}

/** Runs npm with everything it says on standard error: standard output belongs to the command. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const [program, first] = cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ["npm", []];
  const env = { ...process.env };
  // Settings of the `npm run` around us (such as --silent or --ignore-scripts) are not meant for this.
  for (const key of ["npm_config_ignore_scripts", "npm_config_loglevel", "npm_config_omit"]) delete env[key];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args, "--loglevel=error", "--no-fund", "--no-audit"], {
      cwd: root,
      env,
      stdio: ["ignore", 2, 2],
    });
    child.once("error", (error) =>
      reject(new BootstrapError(`npm cannot be started (${error.message}); install npm, which comes with Node.js.`)),
    );
    child.once("exit", (code, signal) =>
      code === 0
        ? resolve()
        : reject(
            new BootstrapError(
              `"npm ${args.join(" ")}" ended with ${signal || `exit code ${code}`}; what npm said stands above, ` +
                `and running the same command again takes it up.`,
            ),
          ),
    );
  });
}

async function install() {
  const started = Date.now();
  process.stderr.write("installing the npm packages (once; about a minute)\n");
  if (!isInstalled()) {
    // Install scripts stay off: one of them would download a provider plugin; the only one needed runs below.
    // NODE_ENV=production, or omit=dev in an .npmrc, would leave packages out that the lock file has.
    await npm(["ci", "--ignore-scripts", "--include=dev"]);
    if (!isInstalled())
      throw new BootstrapError("npm ci left node_modules incomplete; remove the folder and run again.");
  }
  if (!hasNode22()) await npm(["rebuild", "node", "--ignore-scripts=false"]);
  if (!hasNode22()) {
    throw new BootstrapError(`The npm package "node" brought no Node 22 for ${process.platform} ${process.arch}.`);
  }
  process.stderr.write(`installed the npm packages in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

function handOver(args) {
  const child = spawn(node22, ["--require", "./toolchain/typescript.cjs", path.join("cli", "main.ts"), ...args], {
    cwd: root,
    // Node heeds the proxy settings of the environment only when asked to.
    env: {
      NODE_USE_ENV_PROXY: "1",
      // npm sets it; relative paths count from the folder in which the command was typed.
      INIT_CWD: process.cwd(),
      ...process.env,
      PATH: `${path.dirname(node22)}${path.delimiter}${process.env.PATH || ""}`,
    },
    stdio: "inherit",
  });
  // A terminal sends Ctrl-C to the command as well as to us; passed on, it would count as the second, impatient one.
  const atTerminal = [0, 1, 2].some((fd) => require("node:tty").isatty(fd));
  for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => atTerminal || child.kill("SIGINT"));
  child.once("error", (error) => fail(new BootstrapError(`${node22} cannot be started: ${error.message}.`)));
  child.once("exit", (code, signal) => {
    if (!signal) return process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(error) {
  process.stderr.write(`${error instanceof BootstrapError ? error.message : error.stack}\n`);
  process.exit(1);
}

async function main() {
  // Users of containers read files that this command, the engine and the node create.
  process.umask(0o022);
  if (!isReady()) await withLock(async () => isReady() || install());
  handOver(process.argv.slice(2));
}

main().catch(fail);
