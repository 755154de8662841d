import { writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../engine/options";
import type { Row } from "../cli/commands/bench";
import { say } from "../engine/say";
import { type Figures, measure } from "./support/fullStack";
import { type Panel, plot } from "./support/plot";

/** How often each object is to be there; four times takes more than an hour. */
const COPIES = (process.env["KUBEFLOW_STACK_COPIES"] ?? "1,2,4").split(",").map(Number);
const picture = path.join(projectRoot, "docs", "growth.svg");

/** What it measures. */
export const title = `All of Kubeflow with ${COPIES.join(", ")} times its objects`;

/** Measures as `full` does, at several sizes, and draws it into docs/growth.svg. */
export async function run(): Promise<Row[]> {
  const figures: Figures[] = [];
  for (const copies of COPIES) {
    figures.push(await measure(copies));
    // The largest takes the longest by far: what there is shall not be lost with it.
    say(JSON.stringify(figures.at(-1)));
    const sizes = figures.map(({ objects }) => objects);
    writeFileSync(picture, plot(panels(figures), sizes, "objects"));
  }
  return figures.flatMap(({ objects, here, kubectl, state }) => [
    row(`\`up\` of ${objects} objects`, here.up, "the official loop", kubectl.apply),
    row(`\`preview\` of ${objects}`, here.preview, "`kubectl diff`", kubectl.diff),
    row(`\`drift\` of ${objects}`, here.drift, "`kubectl diff`", kubectl.diff),
    row(`\`down\` of ${objects}`, here.down, "`kubectl delete`", kubectl.delete),
    { name: `state of ${objects}`, value: state / 1e6, unit: "MB" },
  ]);
}

const row = (name: string, value: number, peer: string, other: number): Row => ({
  name,
  value,
  unit: "s",
  peer: { name: peer, value: other },
});

function panels(figures: readonly Figures[]): Panel[] {
  const here = (name: string, of: (figures: Figures) => number) => ({
    name,
    color: "#2a78d6",
    values: figures.map(of),
  });
  const other = (name: string, of: (figures: Figures) => number) => ({ ...here(name, of), color: "#d9730d" });
  const second = (name: string, of: (figures: Figures) => number) => ({ ...here(name, of), color: "#1a9a6c" });
  return [
    {
      title: "up",
      unit: "s",
      lines: [here("npm run up", (one) => one.here.up), other("the official loop", (one) => one.kubectl.apply)],
    },
    {
      title: "with nothing to do",
      unit: "s",
      lines: [
        here("preview", (one) => one.here.preview),
        second("drift", (one) => one.here.drift),
        other("kubectl diff", (one) => one.kubectl.diff),
      ],
    },
    {
      title: "down",
      unit: "s",
      lines: [here("npm run down", (one) => one.here.down), other("kubectl delete", (one) => one.kubectl.delete)],
    },
    {
      title: "state, uncompressed",
      unit: "MB",
      lines: [here("with checkpoints on", (one) => one.state / 1e6)],
    },
  ];
}
