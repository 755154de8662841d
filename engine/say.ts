/** A line of progress, on standard error: standard output belongs to the result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
