import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";

describe("the disk for tools that are not there yet", () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(path.join(tmpdir(), "missing-"));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  /** Asks in a process of its own, whose cache is empty. */
  function missing(reaches: boolean, ways = ""): unknown {
    const script = `require("./infra/recipes/missing").missingOf(["kubernetes", "runc"], ["registry.k8s.io/pause:3.10.1"], async () => ${reaches})
      .then((found) => console.log(JSON.stringify(found)))`;
    const said = execFileSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", script], {
      env: { ...process.env, XDG_CACHE_HOME: cache, KUBEFLOW_STACK_SOURCES: ways },
      encoding: "utf8",
    });
    return JSON.parse(said);
  }

  it("is large when they must be built, and small when they can be downloaded", () => {
    expect(missing(false)).to.deep.equal({ gibibytes: 30, isBuilt: true });
    expect(missing(true)).to.deep.equal({ gibibytes: 6, isBuilt: false });
    expect(missing(true, "registries")).to.deep.equal({ gibibytes: 30, isBuilt: true });
  });

  it("is none when nothing is needed, and no server is asked", async () => {
    const { missingOf } = await import("./missing.js");
    expect(await missingOf([], [], () => Promise.reject(new Error("asked")))).to.equal(undefined);
  });
});
