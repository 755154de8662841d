import { expect } from "chai";
import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

/** The packages that a module loads, in a process of its own. */
function packagesOf(file: string): string[] {
  const script = `
    require(${JSON.stringify(path.join(root, file))});
    const names = Object.keys(require.cache).flatMap((file) => file.match(/node_modules\\/((@[^/]+\\/)?[^/]+)/)?.[1] ?? []);
    console.log(JSON.stringify([...new Set(names)]));`;
  const loader = path.join(root, "toolchain/typescript.cjs");
  return JSON.parse(
    execFileSync(process.execPath, ["--require", loader, "-e", script], { encoding: "utf8" }),
  ) as string[];
}

describe("the load time of a command", () => {
  // Loading either costs more than a drift of the whole stack takes.
  for (const command of ["drift", "down", "pulumi"])
    it(`of ${command} contains neither Pulumi's SDK nor the schema of the settings`, () => {
      const packages = packagesOf(`cli/commands/${command}.ts`);
      expect(packages.filter((name) => name === "@pulumi/pulumi" || name === "zod")).to.deep.equal([]);
    });
});
