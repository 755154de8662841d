import { expect } from "chai";
import { stages } from "./stages";

const checkOf = (name: string) => stages.find((stage) => stage.name === name)?.check ?? [];

describe("the checks of npm test", () => {
  it("are programs of their own, since no shell splits their words", () => {
    const words = stages.flatMap(({ check = [] }) => check).flat();
    expect(words).to.not.be.empty;
    expect(words.filter((word) => ["&&", "||", ";", "|"].includes(word))).to.deep.equal([]);
  });

  it("compare the format of every file and write none", () => {
    const commands = checkOf("format");
    expect(commands.map(([program]) => program)).to.deep.equal(["node_modules/.bin/prettier"]);
    expect(commands.flat()).to.include("--check").and.include(".").and.not.include("--write");
  });

  it("run the linter without a warning allowed", () => {
    expect(checkOf("lint")).to.deep.equal([["node_modules/.bin/eslint", "--max-warnings", "0", "."]]);
  });
});
