/** Writes the settings into Pulumi.yaml and the README, from the schema that the catalog composes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { catalog } from "../catalog";
import type { DocumentedSetting } from "../infra/settings";

/**
 * Pulumi.yaml with a `config` section that declares these settings. The section must be the file's last one.
 * @throws Error when there is none
 */
export function withConfigSection(pulumiYaml: string, settings: readonly DocumentedSetting[]): string {
  const config = Object.fromEntries(
    settings.map(({ key, default: standard, description }) => [
      key,
      { ...typeOf(standard), default: standard, description },
    ]),
  );
  return replaced(pulumiYaml, /^config:\n[\s\S]*$/m, stringify({ config }, { lineWidth: 0 }));
}

/**
 * The README with a table of these settings between its `configuration` marks.
 * @throws Error when it has no such marks
 */
export function withSettingsTable(readme: string, settings: readonly DocumentedSetting[]): string {
  const rows = settings.map(
    ({ key, default: standard, description }) => `| \`${key}\` | ${codeOf(standard)} | ${description} |`,
  );
  const table = ["| key | default | what it is |", "| --- | --- | --- |", ...rows].join("\n");
  return replaced(readme, /(?<=<!-- configuration:.*-->\n)[\s\S]*?(?=<!-- \/configuration -->)/, `\n${table}\n\n`);
}

/** The type under which Pulumi.yaml declares a value. */
function typeOf(value: unknown): object {
  if (Array.isArray(value)) return { type: "array", items: { type: typeof value[0] } };
  return { type: typeof value === "number" ? "integer" : typeof value };
}

function codeOf(value: unknown): string {
  const parts = Array.isArray(value)
    ? value.map((one) => JSON.stringify(one))
    : typeof value === "object" && value !== null
      ? Object.entries(value).map(([name, one]) => `${name}: ${JSON.stringify(one)}`)
      : [String(value)];
  return parts.map((one) => `\`${one}\``).join(" ");
}

function replaced(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`Nothing matches ${String(pattern)}: put the section back.`);
  return text.replace(pattern, () => replacement);
}

/** `npm run format` runs this file before the formatter, which sets the columns. */
function main(): void {
  const root = join(__dirname, "..");
  const rewrite = (name: string, write: (text: string, settings: readonly DocumentedSetting[]) => string): void => {
    const file = join(root, name);
    writeFileSync(file, write(readFileSync(file, "utf8"), catalog.settings.documented));
  };
  rewrite("Pulumi.yaml", withConfigSection);
  rewrite("README.md", withSettingsTable);
}

if (require.main === module) main();
