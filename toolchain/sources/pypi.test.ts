import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { silent } from "..";
import { ChecksumError, type PypiSource } from "../types";
import { unpackWheel } from "./pypi";
import { sha256 } from "../../tests/support/machine/releaseServer";

describe("toolchain wheels", () => {
  let folder: string;
  let python: string;
  const content = "a wheel";
  const source: PypiSource = { kind: "pypi", requirement: "tool==1.2.3", members: ".", programs: { tool: "tool" } };

  // Stands for a Python whose pip brings a wheel and that unpacks it: where pip is to put it, and where it is to be unpacked, is told.
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    python = join(folder, "python");
    const script = [
      "#!/bin/sh",
      'if [ "$1" = -c ]; then mkdir -p "$4" && cp "$3" "$4/tool"; exit; fi',
      'while [ "$1" != --dest ]; do shift; done',
      `printf '${content}' > "$2/tool-1.2.3-py3-none-any.whl"`,
    ];
    writeFileSync(python, `${script.join("\n")}\n`);
    chmodSync(python, 0o755);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const unpack = (sums: Pick<PypiSource, "sha256">) =>
    unpackWheel(python, { ...source, ...sums }, folder, silent.start("tool"), join(folder, "log"));

  it("are unpacked where their checksum is the pinned one, or none is pinned", async () => {
    await unpack({ sha256: sha256(content) });
    expect(readFileSync(join(folder, "bin/tool"), "utf8")).to.equal(content);
  });

  it("are refused where it is another, before anything of them is unpacked", async () => {
    const refusal = await unpack({ sha256: sha256("another") }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ChecksumError);
    expect((refusal as Error).message)
      .to.include(sha256(content))
      .and.include(sha256("another"));
    expect(existsSync(join(folder, "wheel"))).to.equal(false);
  });
});
