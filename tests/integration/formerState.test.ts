import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordProgram } from "../../engine/program";

describe("a state that an earlier commit wrote", () => {
  it("holds no resource that the program has renamed without an alias", async () => {
    const former = readFileSync(join(__dirname, "../fixtures/state/core.txt"), "utf8").trim().split("\n");
    const known = new Set((await recordProgram({}, "dev")).flatMap(({ paths }) => paths));
    expect(former.filter((path) => !known.has(path))).to.deep.equal([]);
  });
});
