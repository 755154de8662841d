import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { compareVersions, fingerprint, takeFromMachine } from "./machine";

describe("toolchain tools of the machine", () => {
  let folder: string;
  const path = process.env["PATH"];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    process.env["PATH"] = `${folder}:/usr/bin:/bin`;
  });

  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  const add = (name: string, output: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${output}"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const refusal = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "taken",
      (error: unknown) => (error as Error).message,
    );

  it("are used when their version fits", async () => {
    add("kubeflow-tool", "kubeflow-tool version v1.34.4 (linux)");
    add("kubeflow-helper", "");
    const source = { asks: "kubeflow-tool", exactly: "1.34.4" };
    const programs = await takeFromMachine(source, ["kubeflow-tool", "kubeflow-helper"]);
    expect(programs).to.deep.equal({
      "kubeflow-tool": join(folder, "kubeflow-tool"),
      "kubeflow-helper": join(folder, "kubeflow-helper"),
    });
  });

  it("are refused with the reason", async () => {
    add("kubeflow-tool", "1.9.12");
    const asks = "kubeflow-tool";
    expect(await refusal(takeFromMachine({ asks, least: "1.10" }, [asks]))).to.equal(
      "kubeflow-tool is 1.9.12, older than 1.10",
    );
    expect(await refusal(takeFromMachine({ asks, exactly: "1.9.1" }, [asks]))).to.equal(
      "kubeflow-tool is 1.9.12, not 1.9.1",
    );
    expect(await refusal(takeFromMachine({ asks, least: "1" }, [asks, "kubeflow-other"]))).to.equal(
      "kubeflow-other is not on the PATH",
    );
    add("kubeflow-tool", "no idea");
    expect(await refusal(takeFromMachine({ asks, least: "1" }, [asks]))).to.equal(
      "kubeflow-tool does not tell its version",
    );
  });

  it("have their versions ordered by number", () => {
    expect(["1.10.0", "1.9.12", "1.9", "0.34.4"].sort(compareVersions)).to.deep.equal([
      "0.34.4",
      "1.9",
      "1.9.12",
      "1.10.0",
    ]);
  });

  it("are checked again when a program was replaced", () => {
    add("kubeflow-tool", "1.0");
    const before = fingerprint(join(folder, "kubeflow-tool"));
    add("kubeflow-tool", "1.0 but longer");
    expect(fingerprint(join(folder, "kubeflow-tool"))).not.to.equal(before);
  });
});
