import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { pulumi } from "../../../infra/versions";
import { silent } from "../../../toolchain";
import { ensurePlugins } from "../../../infra/recipes/plugins";

describe("toolchain provider plugins", () => {
  let home: string;
  const ways = process.env["KUBEFLOW_STACK_WAYS"];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    // No registry has these plugins, so this leaves the stand-ins, whatever the machine's network is.
    process.env["KUBEFLOW_STACK_WAYS"] = "registries";
  });

  afterEach(() => {
    if (ways === undefined) delete process.env["KUBEFLOW_STACK_WAYS"];
    else process.env["KUBEFLOW_STACK_WAYS"] = ways;
    rmSync(home, { recursive: true });
  });

  const place = (name: keyof typeof pulumi.plugins): string =>
    join(home, "plugins", `resource-${name}-v${pulumi.plugins[name]}`, `pulumi-resource-${name}`);

  it("puts stand-ins where the engine looks, once", async () => {
    const stoodIn = { kubernetes: "stand-in", random: "stand-in" };
    expect(await ensurePlugins(home, silent)).to.deep.equal(stoodIn);
    for (const name of ["kubernetes", "random"] as const) {
      accessSync(place(name), constants.X_OK);
      expect(readFileSync(place(name), "utf8")).to.match(
        new RegExp(`^#!/bin/sh\\n[^]*/plugins/${name}/main\\.ts' "\\$@"\\n$`),
      );
    }
    const written = statSync(place("random")).mtimeMs;
    expect(await ensurePlugins(home, silent)).to.deep.equal({ kubernetes: "there already", random: "there already" });
    expect(statSync(place("random")).mtimeMs).to.equal(written);
  });

  it("leaves an official plugin alone, and replaces the stand-in of another clone", async () => {
    const official = Buffer.alloc(100_000, "\x7fELF");
    mkdirSync(dirname(place("kubernetes")), { recursive: true });
    writeFileSync(place("kubernetes"), official);
    mkdirSync(dirname(place("random")), { recursive: true });
    writeFileSync(place("random"), `#!/bin/sh\nexec '/elsewhere/plugins/random/main.ts' "$@"\n`);
    expect(await ensurePlugins(home, silent)).to.deep.equal({ kubernetes: "there already", random: "stand-in" });
    expect(readFileSync(place("kubernetes")).equals(official)).to.equal(true);
    expect(readFileSync(place("random"), "utf8")).not.to.include("/elsewhere/");
  });
});
