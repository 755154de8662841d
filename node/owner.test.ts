import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringUp } from "./bringUp";
import { checkHost } from "./checkHost";
import { privateBackend } from "./backend";
import { belongsTo, otherOwner, stackOwner } from "./owner";
import { nodePaths } from "./paths";
import { takeDown } from "./remove";
import { DEFAULT_SUBNET } from "./settings";
import { type Supplies } from "./supplies";

describe("a node's owner", () => {
  let folder: string;
  let stateDir: string;
  const ownerIn = (state: string, stack = "dev") => {
    mkdirSync(join(folder, state, "backend"), { recursive: true });
    writeFileSync(join(folder, state, "passphrase"), "");
    return stackOwner("kubeflow-stack", stack, privateBackend(join(folder, state)));
  };
  const make = (owner: object) => {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(nodePaths(stateDir).owner, JSON.stringify(owner));
  };
  const failure = async (work: Promise<unknown>) => work.then(() => "", String);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "owner-"));
    stateDir = join(folder, "nodes/dev");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is the same at every run of one stack, however its folder is written", () => {
    symlinkSync(folder, join(folder, "link"));
    expect(ownerIn("a")).to.deep.equal(ownerIn("a"));
    expect(ownerIn("link/a").id).to.equal(ownerIn("a").id);
  });

  it("differs for another state folder, stack or project", () => {
    const backend = "https://api.example";
    const ids = [
      ownerIn("a"),
      ownerIn("b"),
      ownerIn("a", "test"),
      stackOwner("a", "dev", backend),
      stackOwner("b", "dev", backend),
    ];
    expect(new Set(ids.map(({ id }) => id)).size).to.equal(ids.length);
  });

  it("does not contain a backend's password", () => {
    const backend = "postgres://me:hush@db/pulumi?password=hush";
    expect(stackOwner("p", "dev", backend)).to.have.property("backend", "postgres://db/pulumi");
  });

  it("keeps another stack from starting or removing its node", async () => {
    const [mine, theirs] = [ownerIn("mine"), ownerIn("theirs")];
    make(theirs);
    const settings = {
      name: "dev",
      kubernetesVersion: "1.34.4",
      apiPort: 1,
      publish: [],
      images: [],
      subnet: DEFAULT_SUBNET,
      stateDir,
    };
    const signal = new AbortController().signal;
    const supplies = { signal, status: () => undefined } as unknown as Supplies;
    const sentence = belongsTo(stateDir, theirs);
    expect(sentence)
      .to.include(`npm run down -- --state ${join(folder, "theirs")}`)
      .and.include(theirs.folder);
    expect(await failure(bringUp(settings, mine, supplies))).to.equal(`Error: ${sentence}`);
    expect(await failure(takeDown(stateDir, mine, signal, () => undefined))).to.equal(`Error: ${sentence}`);
    expect((await checkHost(settings, mine)).map(({ message }) => message)).to.include(sentence);
    expect((await checkHost(settings, theirs)).map(({ message }) => message)).to.not.include(sentence);
    expect(existsSync(nodePaths(stateDir).owner)).to.equal(true);
    await takeDown(stateDir, theirs, signal, () => undefined);
    expect(existsSync(stateDir)).to.equal(false);
  });

  it("no longer owns a node once its state folder is gone", () => {
    make(ownerIn("theirs"));
    expect(otherOwner(stateDir, ownerIn("mine"))).to.have.property("stack", "dev");
    rmSync(join(folder, "theirs"), { recursive: true });
    expect(otherOwner(stateDir, ownerIn("mine"))).to.equal(undefined);
  });
});
