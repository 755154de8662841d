import { ancestors, commandLine, type ProcessId } from "./processes";

/**
 * The ancestors without which a command is abandoned: the bootstrap, and npm with its shell where npm started that. A
 * shell that a person typed in is none of them: a command sent to the background outlives it.
 */
export function launchersOf(pid: number): ProcessId[] {
  const near = ancestors(pid, 3);
  return near.slice(0, launcherCount(near.map((one) => commandLine(one.pid))));
}

/**
 * How many of a command's ancestors are launchers, by their command lines.
 * @param lines - the words of each ancestor's command line, the nearest first
 */
export function launcherCount(lines: readonly (readonly string[])[]): number {
  const [bootstrap = [], next = [], last = []] = lines;
  if (!isBootstrap(bootstrap)) return 0;
  if (isNpm(next)) return 2;
  // A person's own `sh -c` may read the same; npm above it tells whose it is.
  return isNpmShell(next) && isNpm(last) ? 3 : 1;
}

const isBootstrap = ([, ...words]: readonly string[]): boolean =>
  words.some((word) => /(^|\/)toolchain\/bootstrap\.cjs$/.test(word));

// npm gives its process the title `npm run up`; before that it is `node …/npm-cli.js run up`.
const isNpm = ([program = "", script = ""]: readonly string[]): boolean =>
  /^npm( |$)/.test(program) || /\/npm(-cli\.c?js)?$/.test(script);

const isNpmShell = ([, flag = "", script = ""]: readonly string[]): boolean =>
  flag === "-c" && script.startsWith("node toolchain/bootstrap.cjs ");
