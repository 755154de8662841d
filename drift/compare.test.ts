import { expect } from "chai";
import { changes, differences, quantity } from "./compare";

const paths = (declared: unknown, live: unknown) => differences(declared, live).map(({ path }) => path);

describe("differences of a live object from a declared one", () => {
  it("are the changed and the missing values", () => {
    expect(differences({ a: 1, b: "x", c: true }, { a: 2, b: "x" })).to.deep.equal([
      { path: "/a", declared: 1, live: 2 },
      { path: "/c", declared: true, live: undefined },
    ]);
  });

  it("ignore fields that only the live object has", () => {
    expect(paths({ a: { b: 1 } }, { a: { b: 1, c: 2 }, status: {} })).to.be.empty;
  });

  it("take empty for absent, as the API server does", () => {
    expect(paths({ a: {}, b: [], c: "", d: false, e: null, f: 0, g: { h: {} } }, {})).to.be.empty;
  });

  it("include a value that was emptied", () => {
    expect(paths({ data: { a: "" } }, { data: { a: "x" } })).to.deep.equal(["/data/a"]);
    expect(paths({ metadata: { labels: { a: "" } } }, { metadata: { labels: {} } })).to.deep.equal([
      "/metadata/labels/a",
    ]);
  });

  it("match items of a list by name, in any order", () => {
    const declared = {
      containers: [
        { name: "a", image: "1" },
        { name: "b", image: "2" },
      ],
    };
    expect(
      paths(declared, { containers: [{ name: "sidecar" }, { name: "a", image: "3" }, { name: "b", image: "2" }] }),
    ).to.deep.equal(["/containers/1/image"]);
    expect(paths(declared, { containers: [{ name: "a", image: "1" }] })).to.deep.equal(["/containers/b"]);
  });

  it("include another order of such a list", () => {
    const item = (name: string) => ({ name });
    const declared = { env: ["a", "b", "c"].map(item) };
    expect(differences(declared, { env: ["b", "x", "a", "c"].map(item) })).to.deep.equal([
      { path: "/env", declared: ["a", "b", "c"], live: ["b", "a", "c"] },
    ]);
  });

  it("compare other lists as wholes when their length differs, else item by item", () => {
    expect(paths({ args: ["a", "b"] }, { args: ["a"] })).to.deep.equal(["/args"]);
    expect(paths({ args: ["a", "b"] }, { args: ["a", "c"] })).to.deep.equal(["/args/1"]);
  });

  it("compare quantities as numbers in fields of quantities, and nowhere else", () => {
    const declared = { resources: { limits: { cpu: "0.5", memory: "1Gi" } }, labels: { size: "1000m" } };
    const live = { resources: { limits: { cpu: "500m", memory: "1024Mi" } }, labels: { size: "1" } };
    expect(paths(declared, live)).to.deep.equal(["/labels/size"]);
  });

  it("escape keys in paths", () => {
    expect(paths({ annotations: { "a.b/c~d": "1" } }, { annotations: {} })).to.deep.equal(["/annotations/a.b~1c~0d"]);
  });
});

describe("changes between two objects", () => {
  const paths = (wanted: unknown, live: unknown) => changes(wanted, live).map(({ path }) => path);

  it("include what only one side has, without leniency", () => {
    expect(paths({ a: "", b: { c: 1 } }, { b: { c: "1" }, d: [] })).to.have.members(["/a", "/b/c", "/d"]);
  });

  it("name labels and annotations one by one, and other new objects as a whole", () => {
    expect(paths({ metadata: {} }, { metadata: { labels: { "a/b": "1", c: "2" } } })).to.deep.equal([
      "/metadata/labels/a~1b",
      "/metadata/labels/c",
    ]);
    expect(paths({ spec: {} }, { spec: { strategy: { type: "x" } } })).to.deep.equal(["/spec/strategy"]);
  });

  it("include items of a list that only one side has", () => {
    const list = (...names: string[]) => ({ env: names.map((name) => ({ name })) });
    expect(paths(list("a", "b"), list("x", "a"))).to.have.members(["/env/0", "/env/b"]);
  });
});

describe("quantity", () => {
  it("reads every form of a quantity", () => {
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
  it("is undefined for text that is no quantity", () => {
    expect(["", "x", "1x", "1GiB", "a1"].map(quantity)).to.deep.equal(Array(5).fill(undefined));
  });
});
