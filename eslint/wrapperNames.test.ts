import { expect } from "chai";
import { ESLint } from "eslint";

const eslint = new ESLint({
  overrideConfigFile: "eslint.config.mjs",
  // Typed rules need files that exist; this one does not.
  ruleFilter: ({ ruleId }) => ruleId === "kubeflow-stack/no-wrapper-names",
});

async function faults(text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: "infra/versions.ts" });
  return (result?.messages ?? []).map(({ message }) => message);
}

describe("names of the function that Node runs a file in", function () {
  this.timeout(600_000);

  for (const text of [
    `const module = 1;\nvoid module;\n`,
    `export const exports = {};\n`,
    `const { a: require } = { a: 1 };\nvoid require;\n`,
    `export function __filename() {}\n`,
    `import { dirname as __dirname } from "node:path";\nvoid __dirname;\n`,
  ]) {
    it(`are refused at top level: ${text.split("\n")[0]}`, async () => {
      expect((await faults(text)).join()).to.include("give it another");
    });
  }

  for (const text of [
    `export const f = (module: number) => module;\n`,
    `export const path = __dirname;\nexport const it = require("node:path");\n`,
    `export function g() {\n  const exports = 1;\n  return exports;\n}\n`,
    `export const modules = { module: 1 };\n`,
  ]) {
    it(`may be used and be declared further in: ${text.split("\n")[0]}`, async () => {
      expect(await faults(text)).to.be.empty;
    });
  }
});
