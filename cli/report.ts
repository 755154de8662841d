import { styleText } from "node:util";
import type { ReportLine } from "../infra/endpoints";
import type { StackOutputs } from "../infra/outputs";
import { commandWithStack } from "./arguments";

/** What can be known of a stack at the end: outputs that are not there yet are left out. */
export type Report = { [K in keyof StackOutputs]?: unknown };

/** The outputs as one JSON object, secrets as Pulumi masks them. */
export function reportJson(outputs: Report): string {
  return `${JSON.stringify(outputs, null, 2)}\n`;
}

/**
 * The outputs for people: where things are and how to reach them.
 * @param lines - about the outputs that there may be
 * @param stack - named in the commands, unless it is the default
 * @param color - whether to colour the text
 */
export function reportText(outputs: Report, lines: readonly ReportLine[], stack: string, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const model = (outputs.model ?? {}) as { version?: string; accuracy?: number };
  const rows: [string, unknown, string?][] = [
    [
      "Model",
      model.version,
      typeof model.accuracy === "number" ? `accuracy ${percent(model.accuracy)} on held-out digits` : "",
    ],
    ...lines.map(({ label, output, note, isSecret = false }): [string, unknown, string?] => {
      const value = at(outputs, output);
      const command = commandWithStack("pulumi", stack, `stack output ${output} --show-secrets`);
      return [label, isSecret ? value && command : value, note?.(outputs)];
    }),
    ["Kubeconfig", commandWithStack("pulumi", stack, "stack output kubeconfig --show-secrets > kubeconfig")],
  ];
  const shown = rows
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([label, value, note]) => {
      const plain = text(value);
      const coloured = plain.startsWith("http") ? paint(["cyan", "underline"], plain) : plain;
      return `  ${paint("bold", label.padEnd(14))}${coloured}${note ? paint("dim", `  ${note}`) : ""}`;
    });
  return `\n${shown.join("\n")}\n`;
}

/** The value at a path of keys with points between them. */
const at = (outputs: object, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (Object(value) as Record<string, unknown>)[key], outputs);

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
