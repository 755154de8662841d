import { expect } from "chai";
import { cut, heldFields, isBeyond, union } from "./fieldSets";

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

describe("isBeyond", () => {
  const held = {
    "f:spec": { "f:args": leaf, ...item("a", { "f:image": leaf, "f:ports": leaf, "f:name": leaf })["f:spec"] },
  };
  it("holds when every declared field is in the set, lists and structures held whole included", () => {
    expect(isBeyond(held, declared)).to.equal(false);
  });
  it("does not hold when a field, or an item, is not", () => {
    expect(isBeyond(held, { spec: { ...declared.spec, replicas: 1 } })).to.equal(true);
    expect(isBeyond(held, { spec: { containers: [{ name: "b" }] } })).to.equal(true);
    expect(isBeyond(undefined, declared)).to.equal(true);
  });
});

describe("cut and union", () => {
  it("cut takes the leaves it is asked for and drops what the object does not have; union puts the halves together", () => {
    const fields = item("sidecar", { "f:name": leaf, "f:image": leaf, "f:gone": leaf });
    const { taken, left } = cut(fields, live, (path) => path.endsWith("/image"));
    expect(taken).to.deep.equal(item("sidecar", { "f:image": leaf }));
    expect(left).to.deep.equal(item("sidecar", { "f:name": leaf }));
    expect(union(taken ?? {}, left ?? {})).to.deep.equal(item("sidecar", { "f:name": leaf, "f:image": leaf }));
    expect(cut(fields, live, () => true).left).to.equal(undefined);
  });
});
