import { expect } from "chai";
import path from "node:path";
import { projectRoot } from "../engine/options";
import { commandWithStack, readArguments } from "./arguments";

describe("arguments of a command", () => {
  it("default to the stack dev and the project's private state", () => {
    expect(readArguments("up", [])).to.deep.include({
      stack: "dev",
      state: path.join(projectRoot, ".state"),
      configFile: path.join(projectRoot, "Pulumi.dev.yaml"),
      json: false,
    });
  });

  it("name a stack of an organization, whose configuration file has the last part of the name", () => {
    const options = readArguments("up", ["--stack", "acme/kubeflow-stack/prod"]);
    expect(options.configFile).to.equal(path.join(projectRoot, "Pulumi.prod.yaml"));
  });

  it("name another project's folder, with its configuration", () => {
    const folder = path.join(projectRoot, "examples/consumer");
    const options = readArguments("up", ["--project", folder, "--stack", "x"]);
    expect(options).to.deep.include({ project: folder, configFile: path.join(folder, "Pulumi.x.yaml") });
    expect(() => readArguments("up", ["--project", path.join(projectRoot, "docs")])).to.throw(
      /no Pulumi\.yaml in .*docs/,
    );
  });

  it("count relative paths from the folder in which the command was typed", () => {
    const before = process.env["INIT_CWD"];
    process.env["INIT_CWD"] = "/typed/here";
    try {
      const options = readArguments("up", ["--state", "state", "--config-file", "../other.yaml"]);
      expect(options).to.include({ state: "/typed/here/state", configFile: "/typed/other.yaml" });
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, "INIT_CWD");
      else process.env["INIT_CWD"] = before;
    }
  });

  it("are refused in one sentence when an option is unknown", () => {
    expect(() => readArguments("up", ["--stak", "x"])).to.throw(/^npm run up: .*'--stak'.*--stack/);
    expect(() => readArguments("up", ["x"])).to.throw(/^npm run up: .*argument 'x'/);
    expect(() => readArguments("up", ["--stack"])).to.throw(/^npm run up: .*--stack/);
  });

  it("include --json for the commands that print a result, and for no other", () => {
    expect(readArguments("up", ["--json"]).json).to.equal(true);
    for (const command of ["preview", "down"])
      expect(() => readArguments(command, ["--json"])).to.throw(
        new RegExp(`npm run ${command} .*--json.*up, drift, render, doctor`),
      );
  });

  it("are refused when the stack's name is a path", () => {
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
