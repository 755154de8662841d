"use strict";
/**
 * Lets Node run this project's TypeScript: `node --require toolchain/typescript.cjs FILE.ts`. Each file is compiled once
 * and kept by content under node_modules/.cache; packages are left to Node as they are. (tsx does the same, and also
 * takes every file of every package through its hands, which costs each process a second; an `up` starts six.)
 */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const cache = path.join(__dirname, "..", "node_modules", ".cache", "kubeflow-stack", "typescript");
const options = {
  loader: "ts",
  format: "cjs",
  target: "node22",
  sourcemap: "inline",
  sourcesContent: false,
  // `import()` becomes a require, which finds our files and, on Node 22, loads ES modules too.
  supported: { "dynamic-import": false },
};
const recipe = JSON.stringify(options);
let esbuild;

function compiled(file) {
  const source = fs.readFileSync(file, "utf8");
  const key = createHash("sha256").update(recipe).update("\0").update(file).update("\0").update(source).digest("hex");
  const kept = path.join(cache, `${key.slice(0, 32)}.js`);
  try {
    return fs.readFileSync(kept, "utf8");
  } catch {
    // Not compiled yet.
  }
  esbuild ??= require("esbuild");
  const { code } = esbuild.transformSync(source, { ...options, sourcefile: file });
  try {
    fs.mkdirSync(cache, { recursive: true });
    const part = `${kept}.${process.pid}`;
    fs.writeFileSync(part, code);
    fs.renameSync(part, kept);
  } catch {
    // A folder that cannot be written only means compiling again.
  }
  return code;
}

Module._extensions[".ts"] = (module, file) => module._compile(compiled(file), file);

// TypeScript's `import("./x.js")` names the file that x.ts would be compiled to.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  try {
    return resolve.call(this, request, parent, ...rest);
  } catch (error) {
    if (!/^(\.{1,2}|)\/.*\.js$/.test(request)) throw error;
    return resolve.call(this, `${request.slice(0, -3)}.ts`, parent, ...rest);
  }
};

// Stack traces name the lines of our files; those of packages stay as they are, since reading their maps takes long.
Module.setSourceMapsSupport?.(true, { nodeModules: false, generatedCode: false });

// The Pulumi SDK takes a stack trace for every promise and every resource, by an Error without a message, and keeps those of
// resources in the state. Making them took a third of a large program's time, and they were an eighth of its state.
const prepared = Error.prepareStackTrace;
if (prepared && !process.env.PULUMI_DEBUG_PROMISE_LEAKS)
  Error.prepareStackTrace = (error, frames) =>
    Error.prototype.toString.call(error) === "Error" ? "Error" : prepared.call(Error, error, frames);
