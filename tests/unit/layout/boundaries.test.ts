import { expect } from "chai";
import { ESLint } from "eslint";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin, layers } from "../../../eslint/boundaries.mjs";
import { importCircles, sourceFiles } from "../../support/imports";

const eslint = new ESLint({
  overrideConfigFile: "eslint.config.mjs",
  // Typed rules need files that exist; the boundaries do not.
  ruleFilter: ({ ruleId }) => ruleId === "import-x/no-restricted-paths",
});

async function faults(file: string, imported: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import * as it from "${imported}";\nvoid it;\n`, { filePath: file });
  return (result?.messages ?? []).map(({ message }) => message);
}

describe("the import boundaries", function () {
  this.timeout(120_000);

  it("name only parts that exist", () => {
    const named = new Set([...Object.keys(layers), ...Object.values(layers).flat()]);
    const absent = [...named].filter((part) => !existsSync(resolve(__dirname, "../../..", part)));
    expect(absent).to.deep.equal([]);
  });

  it("name the part of every source file", () => {
    const files = sourceFiles().filter((file) => !file.endsWith(".test.ts"));
    expect(files.filter((file) => !Object.keys(layers).some((part) => isWithin(file, part)))).to.deep.equal([]);
  });

  it("let no two parts depend on each other", () => {
    const parts = Object.keys(layers);
    const imports = Object.entries(layers).map(([part, allowed]): [string, string[]] => [
      part,
      parts.filter((other) => other !== part && allowed.some((one) => isWithin(other, one))),
    ]);
    expect(importCircles(new Map(imports))).to.deep.equal([]);
  });

  const forbidden: [string, string][] = [
    ["infra/settings/index.ts", "../cluster"],
    ["infra/versions.ts", "./settings"],
    ["infra/crds/index.ts", "../settings"],
    ["infra/cluster/index.ts", "../platform"],
    ["infra/manifests/index.ts", "../../workloads/digits"],
    ["infra/platform/index.ts", "../../workloads/digits"],
    ["workloads/digits/index.ts", "../../infra/platform/install"],
    ["infra/products/minio.ts", "../manifests"],
    ["workloads/digits/index.ts", "../../engine/program"],
    ["plugins/stack/main.ts", "../../infra/settings"],
    ["toolchain/index.ts", "../plugins/base"],
    ["toolchain/index.ts", "../infra/versions"],
    ["node/main.ts", "../engine/state"],
    ["engine/session.ts", "../cli/arguments"],
    ["engine/session.ts", "../drift"],
    ["drift/index.ts", "../cli/report"],
  ];
  for (const [file, imported] of forbidden)
    it(`keep ${file} from ${imported}`, async () => {
      expect((await faults(file, imported)).join()).to.include("may import");
    });

  const allowed: [string, string][] = [
    ["infra/settings/schema.ts", "../versions"],
    ["infra/cluster/index.ts", "../settings"],
    ["infra/platform/index.ts", "../manifests"],
    ["workloads/digits/index.ts", "../../infra/images"],
    ["plugins/stack/main.ts", "../../toolchain"],
    ["infra/recipes/index.ts", "../versions"],
    ["engine/program.ts", "../infra/settings"],
    ["drift/index.ts", "../engine/stack"],
    ["cli/commands/up.ts", "../../drift/heal"],
  ];
  for (const [file, imported] of allowed)
    it(`let ${file} have ${imported}`, async () => {
      expect(await faults(file, imported)).to.be.empty;
    });
});
