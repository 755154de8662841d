import { stringify } from "yaml";
import { readArguments } from "../arguments";
import { configRecord, readSettings } from "../../engine/config";
import { UserError } from "../../engine/errors";
import { recordProgram } from "../../engine/program";
import { REDACTED } from "../../engine/recorder";

/** `npm run render`: every Kubernetes object that the stack declares, as YAML, with no cluster and no secret value. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("render", args);
  const settings = readSettings(options);
  if (typeof settings === "string") throw new UserError(settings);
  const registered = await recordProgram(configRecord(options.configFile), settings.stack, options.project);
  const objects = registered
    .filter(({ type, custom, inputs }) => custom && type.startsWith("kubernetes:") && "kind" in inputs)
    .map(({ inputs }) => redactSecret(inputs));
  process.stdout.write(options.json ? `${JSON.stringify(objects, null, 2)}\n` : toYaml(objects));
  return 0;
}

/** Objects as YAML documents for kubectl, which reads YAML 1.1: to it a bare `off` is no text. */
export const toYaml = (objects: readonly object[]): string =>
  objects.map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false, version: "1.1" })}`).join("");

/** A Secret's values are secret whether the program marked them or not. */
function redactSecret(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (object["kind"] !== "Secret") return object;
  const hidden = ["data", "stringData"].flatMap((key) => {
    const values = object[key];
    return typeof values === "object" && values !== null
      ? [[key, Object.fromEntries(Object.keys(values).map((name) => [name, REDACTED]))] as const]
      : [];
  });
  return { ...object, ...Object.fromEntries(hidden) };
}
