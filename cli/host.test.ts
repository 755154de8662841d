import { expect } from "chai";
import { diskFault } from "./host";

const GIB = 2 ** 30;
const disks = (free: Record<string, [number, number]>) => (folder: string) => {
  const [disk = 0, gibibytes = 0] = free[folder] ?? [];
  return { disk, free: gibibytes * GIB };
};
const built = { gibibytes: 20, isBuilt: true };

describe("the fault of too little free disk", () => {
  it("is none when nothing has to be obtained", () => {
    expect(diskFault(undefined, "/cache", "/no-such-state", disks({ "/cache": [1, 0] }))).to.equal(undefined);
  });

  it("counts the node as well when both are on one disk", () => {
    const one = disks({ "/cache": [1, 25], "/no-such-state": [1, 25] });
    expect(diskFault(built, "/cache", "/no-such-state", one)?.message).to.match(
      /node.* 26 GiB of disk.*build.*\/cache has 25\.0 GiB free.*XDG_CACHE_HOME/,
    );
    expect(
      diskFault(built, "/cache", "/no-such-state", disks({ "/cache": [1, 26], "/no-such-state": [1, 26] })),
    ).to.equal(undefined);
    const two = disks({ "/cache": [1, 25], "/no-such-state": [2, 1] });
    expect(diskFault(built, "/cache", "/no-such-state", two)).to.equal(undefined);
    expect(
      diskFault(built, "/cache", "/", disks({ "/cache": [1, 25], "/": [1, 25] })),
      "a node that is there",
    ).to.equal(undefined);
  });

  it("asks for less when official releases can be downloaded", () => {
    const found = diskFault({ gibibytes: 6, isBuilt: false }, "/cache", "/no-such-state", disks({ "/cache": [1, 5] }));
    expect(found?.message)
      .to.match(/ 6 GiB of disk, .*\/cache has 5\.0 GiB/)
      .and.not.include("build");
  });
});
