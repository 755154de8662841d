/**
 * What a line of a build's output says about how far it is: `STEP 3/9: RUN npm ci`, short enough for one line of a terminal.
 * Lines that are no step give `undefined`.
 */
export function buildStep(line: string): string | undefined {
  const [, stage = "", step, of, rest = ""] = /^(\[\d+\/\d+\] )?STEP (\d+)\/(\d+): (.*)$/.exec(line) ?? [];
  if (step === undefined) return undefined;
  const instruction = rest.replace(/ --mount=type=secret,id=kubeflow-stack-\S+/g, "").replace(/\s+/g, " ");
  const short = instruction.length > 72 ? `${instruction.slice(0, 71)}…` : instruction;
  return `${stage}step ${step}/${of}: ${short}`;
}
