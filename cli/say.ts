/** A line of progress, on standard error: standard output belongs to the result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether standard error is a terminal that may be coloured. */
export const isTerminal = Boolean(process.stderr.isTTY);
