import { styleText } from "node:util";
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
 * @param stack - named in the commands, unless it is the default
 * @param color - whether to colour the text
 */
export function reportText(outputs: Report, stack: string, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const model = (outputs.model ?? {}) as { name?: string; version?: string; accuracy?: number };
  const rows: [string, unknown, string?][] = [
    ["Draw a digit", outputs.pageUrl],
    [
      "Predictor",
      outputs.predictorUrl,
      model.name && `/v1/models/${model.name}:predict, /v2/models/${model.name}/infer`,
    ],
    [
      "Model",
      model.version,
      typeof model.accuracy === "number" ? `${percent(model.accuracy)} of held-out digits named rightly` : "",
    ],
    ["Object store", outputs.objectStoreUrl, outputs.bucket === undefined ? "" : `bucket ${text(outputs.bucket)}`],
    ["", outputs.objectStoreConsoleUrl, "its console"],
    ["Knative", outputs.knativeUrl, "its gateway; services are told apart by their host"],
    ["Dashboard", outputs.dashboardUrl, outputs.dashboardUser === undefined ? "" : `as ${text(outputs.dashboardUser)}`],
    [
      "Password",
      outputs.dashboardPassword && commandWithStack("pulumi", stack, "stack output dashboardPassword --show-secrets"),
    ],
    ["Kubeconfig", commandWithStack("pulumi", stack, "stack output kubeconfig --show-secrets > kubeconfig")],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([label, value, note]) => {
      const plain = text(value);
      const shown = plain.startsWith("http") ? paint(["cyan", "underline"], plain) : plain;
      return `  ${paint("bold", label.padEnd(14))}${shown}${note ? paint("dim", `  ${note}`) : ""}`;
    });
  return `\n${lines.join("\n")}\n`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
