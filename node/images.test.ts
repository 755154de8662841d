import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesNaming } from "../tests/support/machine/machine";
import { until } from "../tests/support/machine/until";

/** Stands in for containerd's client: it lists no image, and its imports never end, as when containerd is gone. */
const ctr = (folder: string) => `#!/bin/sh
case "$*" in
  *list*) echo REF ;;
  *) echo $$ > ${folder}/importing; exec sleep 600 ;;
esac
`;

describe("loading images into a node", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "images-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("leaves no client behind when the command is killed by SIGKILL", async () => {
    const program = join(folder, "ctr");
    writeFileSync(program, ctr(folder));
    chmodSync(program, 0o755);
    const images = [{ ref: "docker.io/library/a:1", archive: join(folder, "a.tar"), digest: "sha256:0" }];
    const script = `
      import { loadImages } from ${JSON.stringify(join(__dirname, "images"))};
      const paths = { containerdSocket: ${JSON.stringify(join(folder, "socket"))} } as never;
      void loadImages(paths, ${JSON.stringify(program)}, ${JSON.stringify(images)}, new AbortController().signal, () => undefined);
    `;
    writeFileSync(join(folder, "load.ts"), script);
    const words = ["--require", "./toolchain/typescript.cjs", join(folder, "load.ts")];
    const loading = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
    const file = join(folder, "importing");
    const pid = await until("an import has begun", () => Number(existsSync(file) && readFileSync(file, "utf8")));
    loading.kill("SIGKILL");
    await once(loading, "exit");
    await until("the import has ended", () => !existsSync(`/proc/${pid}/cmdline`) || isZombie(pid), 5);
    expect(processesNaming(join(folder, "a.tar"))).to.deep.equal([]);
  });
});

const isZombie = (pid: number): boolean => /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
