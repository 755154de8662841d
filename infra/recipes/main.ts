import { ToolError } from "../../toolchain/types";
import { ensureImages, ensureTools, imageRefs, type ToolName } from "./index";
import { tools as table } from "./tools";

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const isTool = (name: string): name is ToolName => name in table;

/** For the shell: `node --require ./toolchain/typescript.cjs infra/recipes/main.ts ensure kubernetes passt`, `… images REF…`, `… list`. */
async function main([command, ...names]: string[]): Promise<void> {
  if (command === "ensure") {
    const unknown = names.find((name) => !isTool(name));
    if (unknown) throw new ToolError(`"${unknown}" is no tool of the table; it has ${Object.keys(table).join(", ")}.`);
    const tools = names.filter(isTool);
    const box = await ensureTools(tools);
    for (const name of tools) print(`${name}\t${box.dir(name)}`);
    return;
  }
  if (command === "images") {
    for (const { ref, archive, digest } of await ensureImages(names.length ? names : imageRefs())) {
      print(`${ref}\t${digest}\t${archive}`);
    }
    return;
  }
  if (command === "list") {
    print([...Object.keys(table), ...imageRefs()].join("\n"));
    return;
  }
  throw new ToolError("Say `ensure TOOL…`, `images REF…` or `list`.");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof ToolError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
