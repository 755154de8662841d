import type { Progress } from "../../../toolchain";

/** The toolchain's progress as the one status line that a resource has. */
export function reportingProgress(status: (text: string) => void): Progress {
  return {
    start: (name) => {
      status(name);
      const say = (text: string): void => status(`${name}: ${text}`);
      return { update: say, done: say, fail: say };
    },
  };
}
