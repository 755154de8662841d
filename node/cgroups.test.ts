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

  it("delegates the controllers that it does not delegate yet", () => {
    writeFileSync(join(group, "cgroup.subtree_control"), "cpu pids\n");
    const written: string[] = [];
    delegate(group, (_file, text) => written.push(text));
    expect(written).to.deep.equal(["+io", "+memory"]);
  });

  it("ignores a controller that a node does not need", () => {
    delegate(group, refusing("EINVAL", "io"));
  });

  it("names the remedy when processes prevent delegation", () => {
    expect(() => delegate(group, refusing("EBUSY", "memory")))
      .to.throw(/memory controller/)
      .with.property("message")
      .that.includes(group)
      .and.includes("init/cgroup.procs");
  });

  it("names the reason of another refusal", () => {
    expect(() => delegate(group, refusing("EACCES", "cpu"))).to.throw(/cpu controller.*EACCES/);
  });
});
