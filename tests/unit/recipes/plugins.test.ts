import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ensurePlugins } from "../../../infra/recipes/plugins";
import type { PluginName } from "../../../infra/recipes/plugins/release";
import { tools } from "../../../infra/recipes/tools";
import { pulumi } from "../../../infra/versions";
import { silent } from "../../../toolchain";

describe("provider plugins", () => {
  let home: string;
  const ways = process.env["KUBEFLOW_STACK_SOURCES"];
  const program = Buffer.alloc(100_000, "\x7fELF");

  const place = (name: PluginName): string =>
    join(home, "plugins", `resource-${name}-v${pulumi.plugins[name]}`, `pulumi-resource-${name}`);
  const put = (name: PluginName, content: string | Buffer): void => {
    mkdirSync(dirname(place(name)), { recursive: true });
    writeFileSync(place(name), content);
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    // No registry has the random plugin, so this leaves its stand-in, whatever the machine's network is.
    process.env["KUBEFLOW_STACK_SOURCES"] = "registries";
    put("kubernetes", program);
  });

  afterEach(() => {
    if (ways === undefined) delete process.env["KUBEFLOW_STACK_SOURCES"];
    else process.env["KUBEFLOW_STACK_SOURCES"] = ways;
    rmSync(home, { recursive: true });
  });

  it("start the stand-in of the random plugin where the official one cannot be had, and write it once", async () => {
    expect(await ensurePlugins(home, silent)).to.include({ random: "stand-in" });
    accessSync(place("random"), constants.X_OK);
    expect(readFileSync(place("random"), "utf8")).to.match(/^#!\/bin\/sh\n[^]*\/plugins\/random\/main\.ts' "\$@"\n$/);
    const written = statSync(place("random")).mtimeMs;
    expect(await ensurePlugins(home, silent)).to.include({ random: "there already" });
    expect(statSync(place("random")).mtimeMs).to.equal(written);
  });

  it("stay as they are where they are official programs", async () => {
    put("random", program);
    expect(await ensurePlugins(home, silent)).to.deep.equal({ kubernetes: "there already", random: "there already" });
    for (const name of ["kubernetes", "random"] as const) expect(readFileSync(place(name)).equals(program)).to.be.true;
  });

  it("replace the stand-in of another clone", async () => {
    put("random", `#!/bin/sh\nexec '/elsewhere/plugins/random/main.ts' "$@"\n`);
    expect(await ensurePlugins(home, silent)).to.include({ random: "stand-in" });
    expect(readFileSync(place("random"), "utf8")).not.to.include("/elsewhere/");
  });

  it("have a route to the Kubernetes plugin by each way, at the version of its SDK", () => {
    const { version, official, registries } = tools["pulumi-kubernetes"];
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(version).to.equal(dependencies["@pulumi/kubernetes"]);
    expect(official).to.have.property("files");
    expect(registries).to.have.property("kind", "go");
  });
});
