import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { commands } from "../../cli/commands";
import { stages } from "../../cli/testing/stages";

const readme = readFileSync("README.md", "utf8");

/** The configuration table as Pulumi.yaml has it: the keys without a default are those that only some clusters need. */
function configurationTable(): string {
  const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
    config: Record<
      string,
      { type: string; default: string | number | unknown[] | Record<string, unknown>; description: string }
    >;
  };
  const rows = Object.entries(config).flatMap(([key, { default: standard, description }]) => {
    const value = Array.isArray(standard)
      ? standard.map((one) => JSON.stringify(one))
      : typeof standard === "object"
        ? Object.entries(standard).map(([name, one]) => `${name}: ${JSON.stringify(one)}`)
        : [String(standard)];
    return [`| \`${key}\` | ${value.map((one) => `\`${one}\``).join(" ")} | ${description} |`];
  });
  return ["| key | default | what it is |", "| --- | --- | --- |", ...rows].join("\n");
}

describe("README.md", () => {
  it("lists every configuration key with its default, as Pulumi.yaml has it", () => {
    const [, table = ""] = /<!-- configuration:.*-->\n([\s\S]*?)<!-- \/configuration -->/.exec(readme) ?? [];
    // The formatter sets the columns; the words are what counts.
    const words = (text: string) => text.replace(/ +/g, " ").replace(/-{3,}/g, "---").trim();
    for (const row of words(configurationTable()).split("\n")) expect(words(table)).to.include(row);
  });

  it("names every command and every suite", () => {
    for (const name of Object.keys(commands)) expect(readme).to.match(new RegExp(`npm (run )?${name}\\b`));
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).to.have.members([...Object.keys(commands), "format", "lint"]);
    for (const { name } of stages) expect(readme).to.match(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  });
});
