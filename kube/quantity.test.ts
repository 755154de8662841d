import { expect } from "chai";
import { isSameQuantity, nanosOf } from "./quantity";

describe("quantities", () => {
  const same: [unknown, unknown][] = [
    ["1Gi", "1024Mi"],
    ["1Gi", 1073741824],
    ["0.5", "500m"],
    [0.5, "500m"],
    ["1e3", "1k"],
    ["2E2", "200"],
    ["1500m", 1.5],
    ["0", "0Gi"],
    [".5", "0.50"],
    ["-1", "-1000m"],
    // The API server rounds up to billionths.
    ["0.1n", "1n"],
  ];
  for (const [a, b] of same)
    it(`are the same as ${String(a)} and as ${String(b)}`, () => expect(isSameQuantity(a, b)).to.equal(true));

  const different: [unknown, unknown][] = [
    ["9007199254740993", "9007199254740992"],
    ["1000000000001n", "1000000000000n"],
    ["1M", "1Mi"],
    ["1", "1m"],
    ["true", "true"],
    [undefined, undefined],
  ];
  for (const [a, b] of different)
    it(`differ as ${String(a)} and ${String(b)}`, () => expect(isSameQuantity(a, b)).to.equal(false));

  it("are nothing but numbers with a suffix", () => {
    for (const text of ["", "Gi", "1 Gi", "1gi", "one", "1e", {}, true]) expect(nanosOf(text)).to.equal(undefined);
  });
});
