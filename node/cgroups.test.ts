import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delegate } from "./cgroups";

describe("a v2 cgroup", () => {
  let group: string;
  const refusing = (code: string, controller: string) => (file: string, text: string) => {
    if (text === `+${controller}`) throw Object.assign(new Error(`${code}: write`), { code });
    writeFileSync(file, text);
  };

  beforeEach(() => {
    group = mkdtempSync(join(tmpdir(), "cgroup-"));
    writeFileSync(join(group, "cgroup.controllers"), "cpu io memory pids\n");
    writeFileSync(join(group, "cgroup.subtree_control"), "\n");
  });
  afterEach(() => rmSync(group, { recursive: true }));

  it("hands on what it does not hand on yet", () => {
    writeFileSync(join(group, "cgroup.subtree_control"), "cpu pids\n");
    const written: string[] = [];
    delegate(group, (_file, text) => written.push(text));
    expect(written).to.deep.equal(["+io", "+memory"]);
  });

  it("does without a controller that a node can do without", () => {
    delegate(group, refusing("EINVAL", "io"));
  });

  it("says what to do when processes are in the way", () => {
    expect(() => delegate(group, refusing("EBUSY", "memory")))
      .to.throw(/memory controller/)
      .with.property("message")
      .that.includes(group)
      .and.includes("init/cgroup.procs");
  });

  it("says why another refusal came", () => {
    expect(() => delegate(group, refusing("EACCES", "cpu"))).to.throw(/cpu controller.*EACCES/);
  });
});
