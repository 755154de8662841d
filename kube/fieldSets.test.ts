import { expect } from "chai";
import { partition, heldFields, declaresOutside, mergeFields } from "./fieldSets";

const leaf = {};
const live = {
  spec: {
    containers: [
      { name: "sidecar", image: "s" },
      { name: "a", image: "1", ports: [{ containerPort: 80, protocol: "TCP", name: "http" }] },
    ],
    args: ["x", "y"],
  },
};
const declared = { spec: { containers: [{ name: "a", image: "1", ports: [{ containerPort: 80 }] }], args: ["x"] } };
const item = (name: string, fields: object) => ({
  "f:spec": { "f:containers": { [`k:{"name":"${name}"}`]: { ".": leaf, ...fields } } },
});
const found = (fields: object) =>
  heldFields(fields, live, declared).map(({ path, isDeclared }) => `${path} ${isDeclared ? "declared" : "new"}`);

describe("heldFields", () => {
  it("tells an item that nobody declared from a declared one at another index", () => {
    expect(found(item("sidecar", { "f:name": leaf, "f:image": leaf }))).to.deep.equal(["/spec/containers/0 new"]);
    expect(found(item("a", { "f:image": leaf }))).to.deep.equal(["/spec/containers/1/image declared"]);
  });

  it("takes an item for declared though it leaves out keys with a default", () => {
    const port = { 'k:{"containerPort":80,"protocol":"TCP"}': { "f:name": leaf, "f:containerPort": leaf } };
    expect(found(item("a", { "f:ports": port }))).to.deep.equal([
      "/spec/containers/1/ports/0/name new",
      "/spec/containers/1/ports/0/containerPort declared",
    ]);
  });

  it("finds items of sets by their value, and omits what the object does not have", () => {
    expect(found({ "f:spec": { "f:args": { 'v:"y"': leaf, 'v:"z"': leaf }, "f:gone": leaf } })).to.deep.equal([
      "/spec/args/1 new",
    ]);
  });
});

describe("declaresOutside", () => {
  const held = {
    "f:spec": { "f:args": leaf, ...item("a", { "f:image": leaf, "f:ports": leaf, "f:name": leaf })["f:spec"] },
  };
  it("holds when every declared field is in the set, lists and structures held whole included", () => {
    expect(declaresOutside(held, declared)).to.equal(false);
  });
  it("does not hold when a field, or an item, is not", () => {
    expect(declaresOutside(held, { spec: { ...declared.spec, replicas: 1 } })).to.equal(true);
    expect(declaresOutside(held, { spec: { containers: [{ name: "b" }] } })).to.equal(true);
    expect(declaresOutside(undefined, declared)).to.equal(true);
  });
});

describe("partition and mergeFields", () => {
  it("split a set by paths, drop what the object does not have, and put the halves together again", () => {
    const fields = item("sidecar", { "f:name": leaf, "f:image": leaf, "f:gone": leaf });
    const { taken, left } = partition(fields, live, (path) => path.endsWith("/image"));
    expect(taken).to.deep.equal(item("sidecar", { "f:image": leaf }));
    expect(left).to.deep.equal(item("sidecar", { "f:name": leaf }));
    expect(mergeFields(taken ?? {}, left ?? {})).to.deep.equal(item("sidecar", { "f:name": leaf, "f:image": leaf }));
    expect(partition(fields, live, () => true).left).to.equal(undefined);
  });
});
