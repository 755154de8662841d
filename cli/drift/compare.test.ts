import { expect } from "chai";
import { differences, quantity } from "./compare";

const paths = (declared: unknown, live: unknown) => differences(declared, live).map(({ path }) => path);

describe("differences", () => {
  it("sees a changed, a missing and no equal value", () => {
    expect(differences({ a: 1, b: "x", c: true }, { a: 2, b: "x" })).to.deep.equal([
      { path: "/a", declared: 1, live: 2 },
      { path: "/c", declared: true, live: undefined },
    ]);
  });

  it("leaves alone what the live object holds beyond the declared", () => {
    expect(paths({ a: { b: 1 } }, { a: { b: 1, c: 2 }, status: {} })).to.be.empty;
  });

  it("takes empty for absent, as the API server does", () => {
    expect(paths({ a: {}, b: [], c: "", d: false, e: null, f: 0, g: { h: {} } }, {})).to.be.empty;
  });

  it("takes an emptied value for a change", () => {
    expect(paths({ data: { a: "" } }, { data: { a: "x" } })).to.deep.equal(["/data/a"]);
  });

  it("matches items of a list by name, wherever they stand", () => {
    const declared = {
      containers: [
        { name: "a", image: "1" },
        { name: "b", image: "2" },
      ],
    };
    expect(
      paths(declared, { containers: [{ name: "b", image: "2" }, { name: "sidecar" }, { name: "a", image: "3" }] }),
    ).to.deep.equal(["/containers/2/image"]);
    expect(paths(declared, { containers: [{ name: "a", image: "1" }] })).to.deep.equal(["/containers/b"]);
  });

  it("compares other lists as wholes when their length differs, else item by item", () => {
    expect(paths({ args: ["a", "b"] }, { args: ["a"] })).to.deep.equal(["/args"]);
    expect(paths({ args: ["a", "b"] }, { args: ["a", "c"] })).to.deep.equal(["/args/1"]);
  });

  it("reads quantities as numbers where quantities stand, and nowhere else", () => {
    const declared = { resources: { limits: { cpu: "0.5", memory: "1Gi" } }, labels: { size: "1000m" } };
    const live = { resources: { limits: { cpu: "500m", memory: "1024Mi" } }, labels: { size: "1" } };
    expect(paths(declared, live)).to.deep.equal(["/labels/size"]);
  });

  it("escapes keys in paths", () => {
    expect(paths({ annotations: { "a.b/c~d": "1" } }, { annotations: {} })).to.deep.equal(["/annotations/a.b~1c~0d"]);
  });
});

describe("quantity", () => {
  it("reads every form", () => {
    expect(["1", "500m", "1Ki", "1k", "1e3", "0.5Gi", 2].map(quantity)).to.deep.equal([
      1,
      0.5,
      1024,
      1000,
      1000,
      2 ** 29,
      2,
    ]);
  });
  it("knows what is none", () => {
    expect(["", "x", "1x", "1GiB", "a1"].map(quantity)).to.deep.equal(Array(5).fill(undefined));
  });
});
