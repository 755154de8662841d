import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordProgram } from "../../engine/program";
import { distribution, needsDistribution } from "../support/kubeflow/distribution";

/** The resources of a former state that the program knows neither by their URN nor by an alias. */
async function unknown(profile: "core" | "full", configuration: Readonly<Record<string, unknown>>): Promise<string[]> {
  const former = readFileSync(join(__dirname, `../fixtures/state/${profile}.txt`), "utf8")
    .trim()
    .split("\n");
  const known = new Set((await recordProgram(configuration, "dev")).flatMap(({ paths }) => paths));
  return former.filter((path) => !known.has(path));
}

describe("a state that an earlier commit wrote", () => {
  it("holds no resource of profile core that the program has renamed without an alias", async () => {
    expect(await unknown("core", {})).to.deep.equal([]);
  });

  describe("of all of Kubeflow", () => {
    before(async function () {
      await needsDistribution(this);
    });

    it("holds no resource that the program has renamed without an alias", async function () {
      // Cold caches render every overlay first.
      this.timeout(30 * 60_000);
      expect(await unknown("full", { profile: "full", distribution: await distribution() })).to.deep.equal([]);
    });
  });
});
