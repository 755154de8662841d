import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { ownerByUrn } from "../node/owner";
import { backendFor, ownerOf } from "./backend";
import { projectRoot } from "./options";
import { openState } from "./state";

const variables = [
  "HOME",
  "PULUMI_HOME",
  "PULUMI_CREDENTIALS_PATH",
  "PULUMI_BACKEND_URL",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_API",
];
const urn = "urn:pulumi:dev::kubeflow-stack::kubeflow-stack:cluster:LocalNode::node";

describe("the backend of a stack's state", () => {
  const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  let folder: string;

  const restore = (env: Readonly<Record<string, string | undefined>>) => {
    for (const name of variables) {
      if (env[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = env[name];
    }
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "backend-"));
    restore({ HOME: path.join(folder, "person") });
  });
  afterEach(() => {
    restore(before);
    rmSync(folder, { recursive: true, force: true });
  });

  const options = (project = projectRoot) => ({
    stack: "dev",
    state: path.join(folder, "state"),
    project,
    configFile: path.join(project, "Pulumi.dev.yaml"),
  });
  const login = (place: string, url: string) => {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, "credentials.json"), JSON.stringify({ current: url }));
  };
  /** A state of the stack in the private folder, with as many resources. */
  const privateStack = (resources: number) => {
    const stacks = path.join(folder, "state/backend/.pulumi/stacks/kubeflow-stack");
    mkdirSync(stacks, { recursive: true });
    const latest = { resources: Array.from({ length: resources }, (_, index) => ({ urn: `urn:${index}` })) };
    writeFileSync(path.join(stacks, "dev.json.zst"), zstdCompressSync(JSON.stringify({ checkpoint: { latest } })));
  };
  const projectWithBackend = (url: string) => {
    const project = path.join(folder, "project");
    mkdirSync(project);
    writeFileSync(
      path.join(project, "Pulumi.yaml"),
      `name: kubeflow-stack\nruntime: nodejs\nbackend:\n  url: ${url}\n`,
    );
    return project;
  };

  // Each sets a situation up and gives the backend's address, or undefined for the private one.
  const situations: [string, () => string | undefined, project?: () => string][] = [
    ["without a login", () => undefined],
    ["with PULUMI_BACKEND_URL", () => (process.env["PULUMI_BACKEND_URL"] = "file:///named")],
    [
      "with a login",
      () => {
        login("person/.pulumi", "file:///logged-in");
        return "file:///logged-in";
      },
    ],
    [
      "with a login under PULUMI_HOME",
      () => {
        process.env["PULUMI_HOME"] = path.join(folder, "home");
        login("home", "file:///at-home");
        return "file:///at-home";
      },
    ],
    [
      "with a login under PULUMI_CREDENTIALS_PATH, which wins over PULUMI_HOME",
      () => {
        process.env["PULUMI_HOME"] = path.join(folder, "home");
        process.env["PULUMI_CREDENTIALS_PATH"] = path.join(folder, "credentials");
        login("home", "file:///at-home");
        login("credentials", "file:///of-credentials");
        return "file:///of-credentials";
      },
    ],
    [
      "with an access token alone",
      () => {
        process.env["PULUMI_ACCESS_TOKEN"] = "pul-0";
        return "https://api.pulumi.com";
      },
    ],
    [
      "with a login made after the first up: the stack stays where it is",
      () => {
        privateStack(1);
        login("person/.pulumi", "file:///logged-in");
        return undefined;
      },
    ],
    [
      "with a login made after down, which leaves an empty state",
      () => {
        privateStack(0);
        login("person/.pulumi", "file:///logged-in");
        return "file:///logged-in";
      },
    ],
    [
      "with PULUMI_BACKEND_URL set after the first up: who names a backend means it",
      () => {
        privateStack(1);
        return (process.env["PULUMI_BACKEND_URL"] = "file:///named");
      },
    ],
  ];
  for (const [situation, prepare] of situations)
    it(`is the same to the command line and to the plugin inside the engine ${situation}`, () => {
      const expected = prepare();
      const state = openState(options());
      expect(backendFor(options())).to.include({ isPrivate: expected === undefined });
      if (expected !== undefined) expect(backendFor(options()).url).to.equal(expected);
      expect(state.isPrivate).to.equal(expected === undefined);
      const owner = ownerOf(options());
      // What the CLI hands the engine, the plugin inherits.
      for (const [name, value] of Object.entries(state.env)) if (value !== undefined) process.env[name] = value;
      expect(ownerByUrn(urn)).to.deep.equal(owner);
    });

  it("is the project's own where its Pulumi.yaml names one, and not the one logged in to", () => {
    login("person/.pulumi", "file:///logged-in");
    expect(backendFor(options(projectWithBackend("file:///of-the-project")))).to.deep.include({
      url: "file:///of-the-project",
      isPrivate: false,
    });
  });

  it("says which login it does not use for a stack that the private state holds", () => {
    privateStack(1);
    expect(backendFor(options())).not.to.have.property("unused");
    login("person/.pulumi", "file:///logged-in");
    expect(backendFor(options())).to.have.property("unused", "file:///logged-in");
  });

  it("is private where PULUMI_BACKEND_URL names the private folder itself", () => {
    process.env["PULUMI_BACKEND_URL"] = `file://${path.join(folder, "state/backend")}/`;
    expect(backendFor(options()).isPrivate).to.equal(true);
  });
});
