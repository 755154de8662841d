/** What a Dockerfile builds on, and the little that is put into it before it is built. */
import { DockerfileParser, From, ModifiableInstruction, type Instruction } from "dockerfile-ast";

/**
 * The images and named build contexts that a Dockerfile refers to (FROM, `COPY --from`, `RUN --mount=from=`): every name that
 * is neither a stage of its own nor `scratch`, in the order of appearance.
 *
 * @param text The Dockerfile's text.
 * @param buildArgs Values that win over the defaults of the ARGs before the first FROM.
 */
export function externalNames(text: string, buildArgs: Readonly<Record<string, string>> = {}): string[] {
  const dockerfile = DockerfileParser.parse(text);
  const args = new Map<string, string>();
  for (const arg of dockerfile.getInitialARGs()) {
    const property = arg.getProperty();
    if (property === null) continue;
    args.set(property.getName(), buildArgs[property.getName()] ?? property.getValue() ?? "");
  }
  const stages = new Set<string>(["scratch"]);
  const names = new Set<string>();
  const take = (name: string | null | undefined): void => {
    const resolved = substitute(name ?? "", args);
    // A number is a stage's position.
    if (resolved !== "" && !stages.has(resolved.toLowerCase()) && !/^\d+$/.test(resolved)) names.add(resolved);
  };
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) {
      take(instruction.getImage());
      const stage = instruction.getBuildStage();
      if (stage !== null) stages.add(stage.toLowerCase());
    } else if (instruction instanceof ModifiableInstruction) {
      for (const flag of instruction.getFlags()) {
        if (flag.getName() === "from") take(flag.getValue());
        if (flag.getName() === "mount") take(/(?:^|,)from=([^,]+)/.exec(flag.getValue() ?? "")?.[1]);
      }
    }
  }
  return [...names];
}

/**
 * Gives each RUN some files of the machine for as long as it runs; nothing of them is left in the image. Written into the
 * Dockerfile as secret mounts, which buildah and BuildKit both know.
 */
export function withSecretMounts(text: string, mounts: readonly { id: string; target: string }[]): string {
  if (mounts.length === 0) return text;
  const flags = mounts.map(({ id, target }) => ` --mount=type=secret,id=${id},target=${target},mode=0444`).join("");
  const lines = text.split("\n");
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() !== "RUN") continue;
    const { line, character } = endOfKeyword(instruction);
    const old = lines[line] ?? "";
    lines[line] = old.slice(0, character) + flags + old.slice(character);
  }
  return lines.join("\n");
}

function endOfKeyword(instruction: Instruction): { line: number; character: number } {
  return instruction.getInstructionRange().end;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`, as in a Dockerfile. */
function substitute(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
    (_whole, plain?: string, name?: string, operator?: string, word: string = "") => {
      const value = args.get(plain ?? name ?? "") ?? "";
      if (operator === "-") return value === "" ? word : value;
      if (operator === "+") return value === "" ? "" : word;
      return value;
    },
  );
}

/** An image's full name: `node:22` is `docker.io/library/node:22`, as registries and containerd know it. */
export function fullImageName(name: string): string {
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = hasRegistry ? name : rest.length > 0 ? `docker.io/${name}` : `docker.io/library/${name}`;
  return /[:@]/.test(path.slice(path.lastIndexOf("/"))) ? path : `${path}:latest`;
}
