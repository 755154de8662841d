import { expect } from "chai";
import path from "node:path";
import { projectRoot } from "../engine/options";
import { commandWithStack, readArguments } from "./arguments";

describe("arguments", () => {
  it("default to the stack dev and the project's private state", () => {
    expect(readArguments("up", [])).to.deep.include({
      stack: "dev",
      state: path.join(projectRoot, ".state"),
      configFile: path.join(projectRoot, "Pulumi.dev.yaml"),
      json: false,
    });
  });

  it("take a stack of an organization, whose configuration goes by its last name", () => {
    const options = readArguments("up", ["--stack", "acme/kubeflow-stack/prod"]);
    expect(options.configFile).to.equal(path.join(projectRoot, "Pulumi.prod.yaml"));
  });

  it("take another project's folder, and its configuration with it", () => {
    const folder = path.join(projectRoot, "examples/consumer");
    const options = readArguments("up", ["--project", folder, "--stack", "x"]);
    expect(options).to.deep.include({ project: folder, configFile: path.join(folder, "Pulumi.x.yaml") });
    expect(() => readArguments("up", ["--project", path.join(projectRoot, "docs")])).to.throw(
      /^There is no Pulumi.yaml in .*docs; name a Pulumi project's folder/,
    );
  });

  it("answer an unknown option in one sentence", () => {
    expect(() => readArguments("up", ["--stak", "x"])).to.throw(
      /^npm run up: unknown option '--stak'; known are --stack/,
    );
    expect(() => readArguments("up", ["x"])).to.throw(/^npm run up: unexpected argument 'x'/);
    expect(() => readArguments("up", ["--stack"])).to.throw(/^npm run up: option '.*--stack <value>' argument missing/);
  });

  it("take --json where there is a result to print, and refuse it elsewhere", () => {
    expect(readArguments("up", ["--json"]).json).to.equal(true);
    for (const command of ["preview", "down"])
      expect(() => readArguments(command, ["--json"])).to.throw(
        `npm run ${command} has no --json; up, drift, render, doctor have.`,
      );
  });

  it("refuse a stack name that is a path", () => {
    expect(() => readArguments("up", ["--stack", "../x y"])).to.throw(/Stack name "\.\.\/x y" is not possible/);
  });
});

describe("commandWithStack", () => {
  it("names the stack unless it is the default", () => {
    expect(commandWithStack("up", "dev")).to.equal("npm run --silent up");
    expect(commandWithStack("pulumi", "prod", "stack output")).to.equal(
      "npm run --silent pulumi -- --stack prod stack output",
    );
  });
});
