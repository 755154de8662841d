import { expect } from "chai";
import { killUp } from "../support/stack/interrupt";
import { resourcesChanged } from "../support/stack/moments";
import { orphans } from "../support/stack/orphans";
import { configure, lastChanges, rememberSecrets, runCommand, sharedPlace, sharedStack } from "../support/stack/stack";

describe("npm run up, killed", () => {
  before(async () => {
    await sharedStack();
  });

  // Raising the rotation replaces every credential and rolls what uses them: plenty to be interrupted in.
  const moments = [
    { done: 0, everything: false, rotation: 2 },
    { done: 3, everything: true, rotation: 3 },
    { done: 8, everything: false, rotation: 4 },
  ];
  for (const { done, everything, rotation } of moments) {
    const what = everything ? "with its engine and plugins" : "leaving its engine alone";
    it(`with ${done} resources changed, ${what}, converges when run again`, async () => {
      configure({ rotation });
      const place = await sharedPlace();
      await killUp(place, resourcesChanged(place, done), everything);
      const { code, stderr } = await runCommand("up");
      expect(code, stderr.slice(-2000)).to.equal(0);
      expect(await orphans(place)).to.deep.equal([]);
      const drift = await runCommand("drift");
      expect(drift.stdout).to.equal("");
      expect((await runCommand("up")).code).to.equal(0);
      expect(await lastChanges()).to.equal(0);
      await rememberSecrets();
    });
  }
});
