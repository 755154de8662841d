import { expect } from "chai";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { builtArchive } from "../../plugins/stack/image/builtImages";
import { cgroupName } from "../../node/cgroups";
import { killUp, type Moment } from "../support/stack/interrupt";
import { cgroupsNaming, processesNaming } from "../support/machine/machine";
import { apiAnswers, imageBuilding, nodeBegun, platformHalfMade, trainingRuns } from "../support/stack/moments";
import { orphans } from "../support/stack/orphans";
import type { Place } from "../support/stack/place";
import { lastChanges, machineBefore, machineNow, runCommand, sharedPlace, sharedStack } from "../support/stack/stack";

// One story, and the suites' own first `up`: each run goes on from where the one before was killed.
describe("the first npm run up of all, killed", function () {
  this.bail(true);

  let place: Place;

  before(async () => {
    place = await sharedPlace();
    expect(existsSync(place.node), "this file's tests are the first on the shared stack").to.equal(false);
  });

  it("with its node half made, leaves nothing once it has been taken down", async () => {
    await killUp(place, nodeBegun(place), true);
    expect(processesNaming(place.node)).not.to.be.empty;
    const { code } = await runCommand("down");
    expect(code).to.equal(0);
    expect(existsSync(place.node)).to.equal(false);
    expect(processesNaming(place.node)).to.be.empty;
    expect(cgroupsNaming(cgroupName(place.node))).to.be.empty;
    expect(await machineNow()).to.deep.equal(machineBefore());
  });

  // Otherwise the image comes out of the cache; its steps stay there, so that building it is short.
  const forgetPage = () => rmSync(path.dirname(builtArchive("digits-page", "")), { recursive: true, force: true });
  const moments: { when: string; moment: (place: Place) => Moment; everything: boolean; prepare?: () => void }[] = [
    { when: "its node half made again", moment: nodeBegun, everything: false },
    { when: "the API just answering", moment: apiAnswers, everything: true },
    { when: "an image being built", moment: imageBuilding, everything: true, prepare: forgetPage },
    { when: "the platform half made, or just made", moment: platformHalfMade, everything: true },
    { when: "the training under way", moment: trainingRuns, everything: false },
  ];
  for (const { when, moment, everything, prepare } of moments) {
    const how = everything ? "with its engine and plugins" : "leaving its engine alone";
    it(`with ${when}, ${how}, can be run again`, async () => {
      prepare?.();
      await killUp(place, moment(place), everything);
    });
  }

  it("ends, run once more, where one that was never killed does, and leaves nothing besides", async () => {
    await sharedStack();
    expect(await orphans(place)).to.deep.equal([]);
    expect(await machineNow()).to.deep.equal(machineBefore());
    expect((await runCommand("drift")).stdout).to.equal("");
    expect((await runCommand("up")).code).to.equal(0);
    expect(await lastChanges()).to.equal(0);
  });
});
