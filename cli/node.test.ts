import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultStateDir, nodePaths } from "../node/paths";
import { readArguments } from "./arguments";
import { openState } from "../engine/state";
import { ownerOf } from "../engine/backend";
import { nodeElsewhere, removeNode } from "./node";

describe("a stack's local node", () => {
  const before = { ...process.env };
  let folder: string;
  const options = (state: string) => readArguments("down", ["--state", join(folder, state)]);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "node-"));
    // A person without a backend of their own.
    for (const name of ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"]) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, { XDG_STATE_HOME: folder, PULUMI_HOME: folder });
    openState(options("theirs"));
    mkdirSync(defaultStateDir("dev"), { recursive: true });
    writeFileSync(nodePaths(defaultStateDir("dev")).owner, JSON.stringify(ownerOf(options("theirs"))));
  });
  afterEach(() => {
    Object.assign(process.env, before);
    for (const name of ["XDG_STATE_HOME", "PULUMI_HOME"])
      if (!(name in before)) Reflect.deleteProperty(process.env, name);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is not removed by a stack of that name in another state folder", async () => {
    expect(await removeNode(options("mine"))).to.equal(false);
    expect(existsSync(defaultStateDir("dev"))).to.equal(true);
  });

  it("is reported with the command that deletes it when another stack of this clone owns it", () => {
    expect(nodeElsewhere(options("mine"))).to.include(`npm run down -- --state ${join(folder, "theirs")}`);
    expect(nodeElsewhere(options("theirs"))).to.equal(undefined);
  });

  it("is removed by its own stack, once", async () => {
    expect(await removeNode(options("theirs"))).to.equal(true);
    expect(existsSync(defaultStateDir("dev"))).to.equal(false);
    expect(await removeNode(options("theirs"))).to.equal(false);
  });
});
