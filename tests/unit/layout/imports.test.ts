import { expect } from "chai";
import { importCircles, importsOf, sourceFiles } from "../../support/imports";

describe("the imports between files", () => {
  it("form no circle, type-only and dynamic imports included", () => {
    expect(importCircles(importsOf(sourceFiles()))).to.deep.equal([]);
  });

  it("are seen to form a circle by the test above", () => {
    const imports = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", []],
      ["e", ["e"]],
    ]);
    expect(importCircles(imports)).to.deep.equal([["a", "b", "c"], ["e"]]);
  });
});
