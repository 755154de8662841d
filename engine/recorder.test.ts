import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { recordResources, REDACTED } from "./recorder";

class Thing extends pulumi.CustomResource {
  declare readonly answer: pulumi.Output<string>;
  constructor(name: string, args: object = {}, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, { answer: undefined, ...args }, opts);
  }
}

describe("the recorder of resources", () => {
  const failure = (work: Promise<unknown>) => work.then(() => "", String);

  it("records type, name and inputs in the order of registration", async () => {
    const recorded = await recordResources(() => {
      const first = new Thing("first", { size: 1 });
      new Thing("second", { after: first.id });
    });
    expect(recorded.map(({ label, inputs }) => [label, inputs])).to.deep.equal([
      ["test:index:Thing::first", { size: 1 }],
      ["test:index:Thing::second", { after: "first-id" }],
    ]);
  });

  it("records parents, dependencies, deletedWith and ignoreChanges as labels and paths", async () => {
    const recorded = await recordResources(() => {
      const parent = new pulumi.ComponentResource("test:index:Group", "group");
      const node = new Thing("node");
      new Thing("child", {}, { parent, dependsOn: node, deletedWith: node, ignoreChanges: ["size"] });
    });
    expect(recorded.at(-1)).to.deep.include({
      label: "test:index:Thing::child",
      parent: "test:index:Group::group",
      dependencies: ["test:index:Thing::node"],
      deletedWith: "test:index:Thing::node",
      ignoreChanges: ["size"],
    });
    expect(recorded[0]).not.to.have.property("parent");
  });

  it("records the path in the state, and those of aliases", async () => {
    const recorded = await recordResources(() => {
      const group = new pulumi.ComponentResource("test:index:Group", "group");
      const inner = new pulumi.ComponentResource("test:index:Inner", "inner", {}, { parent: group });
      new Thing("child", {}, { parent: inner, aliases: [{ parent: group }, { name: "former" }] });
    });
    expect(recorded.at(-1)?.paths).to.deep.equal([
      "test:index:Group$test:index:Inner$test:index:Thing::child",
      "test:index:Group$test:index:Thing::child",
      "test:index:Group$test:index:Inner$test:index:Thing::former",
    ]);
  });

  it("answers with outputs beyond the inputs, secret ones stay secret", async () => {
    const answers = { "test:index:Thing": (_: object, name: string) => ({ answer: pulumi.secret(`of ${name}`) }) };
    const recorded = await recordResources(
      () => {
        new Thing("second", { from: new Thing("first").answer });
      },
      { answers },
    );
    expect(recorded[1]).to.deep.include({ inputs: { from: "of first" }, secrets: ["/from"] });
  });

  it("redacts secrets when asked to, and keeps the keys of a secret map", async () => {
    const make = () => new Thing("thing", { plain: 1, hidden: pulumi.secret({ key: "value", list: [1] }) });
    const [shown] = await recordResources(make);
    const [redacted] = await recordResources(make, { redact: true });
    expect(shown?.inputs).to.deep.equal({ plain: 1, hidden: { key: "value", list: [1] } });
    expect(redacted?.inputs).to.deep.equal({ plain: 1, hidden: { key: REDACTED, list: REDACTED } });
    expect(redacted?.secrets).to.deep.equal(["/hidden"]);
  });

  it("fails when the program calls a provider function or throws while inputs are computed", async () => {
    expect(await failure(recordResources(() => pulumi.runtime.invoke("test:index:ask", {})))).to.include(
      "test:index:ask",
    );
    const breaks = (): number => {
      throw new Error("no such number");
    };
    const make = () => new Thing("thing", { broken: pulumi.output(1).apply(breaks) });
    expect(await failure(recordResources(make))).to.include("no such number");
  });
});
