import { readdirSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../engine/options";
import { UserError } from "../../engine/errors";
import { say } from "../../engine/say";

/** What each file of bench/ exports. */
export interface Bench {
  /** What it measures, in one line. */
  readonly title: string;
  /** Measures, and gives the rows of its table: name, figure, and the peer's figure in the same run where there is one. */
  run(): Promise<readonly Row[]>;
}

/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's figure of the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
}

/** `npm run bench`: every bench, or those named; prints a table of each, for the README. */
export async function run(args: readonly string[]): Promise<number> {
  const folder = path.join(projectRoot, "bench");
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => entry.name.slice(0, -3));
  const unknown = args.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UserError(`There is no bench "${unknown}"; there are ${names.join(", ")}.`);
  // By way of an orderly exit, at which what the benches have started is ended.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  for (const name of names.filter((one) => args.length === 0 || args.includes(one))) {
    const bench = (await import(path.join(folder, `${name}.ts`))) as Bench;
    say(`== ${bench.title}`);
    process.stdout.write(`${table(bench.title, await bench.run())}\n`);
  }
  return 0;
}

function table(title: string, rows: readonly Row[]): string {
  const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const lines = rows.map(({ name, value, unit, peer }) => {
    const other = peer ? `${number(peer.value)} ${unit} (${peer.name})` : "";
    return `| ${name} | ${number(value)} ${unit} | ${other} | ${peer ? number(value / peer.value) : ""} |`;
  });
  return [`### ${title}`, "", "| | here | peer | ratio |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}
