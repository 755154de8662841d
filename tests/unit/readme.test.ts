import { expect } from "chai";
import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { catalog } from "../../catalog";
import { commands } from "../../cli/commands";
import { withSettingsTable } from "../../cli/settingsDocs";
import { stages } from "../../cli/testing/stages";

const readme = readFileSync("README.md", "utf8");

describe("README.md", () => {
  it("lists every documented setting, as npm run format writes the table", async () => {
    const written = withSettingsTable(readme, catalog.settings.documented);
    expect(await format(written, { ...(await resolveConfig("README.md")), parser: "markdown" })).to.equal(readme);
  });

  it("names every command and every suite", () => {
    for (const name of Object.keys(commands)) expect(readme).to.match(new RegExp(`npm (run )?${name}\\b`));
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).to.have.members([...Object.keys(commands), "format", "lint"]);
    for (const { name } of stages) expect(readme).to.match(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  });
});
