/** One stage of `npm test`: a check by a tool, which counts as one test, or a suite of mocha's. */
export interface Stage {
  readonly name: string;
  /** For a check: the words of the command. */
  readonly check?: readonly string[];
  /** For a suite: globs of its files. */
  readonly files?: readonly string[];
  /** Seconds that one test of the suite may take unless it says otherwise. */
  readonly seconds?: number;
  /** Whether the suite works on the stack that the suites share. */
  readonly onStack?: boolean;
}

const bin = (name: string) => `node_modules/.bin/${name}`;

/** The stages in their order: what fails fast comes first. */
export const stages: readonly Stage[] = [
  { name: "format", check: [bin("prettier"), "--check", "--log-level", "warn", "."] },
  { name: "lint", check: [bin("eslint"), "--max-warnings", "0", "."] },
  { name: "types", check: [bin("tsc"), "--noEmit", "-p", "."] },
  {
    name: "unit",
    files: ["{cli,infra,plugins,toolchain,workloads,eslint}/**/*.test.ts", "tests/unit/**/*.test.ts"],
    seconds: 30,
  },
  { name: "integration", files: ["tests/integration/**/*.test.ts"], seconds: 300, onStack: true },
  { name: "e2e", files: ["tests/e2e/**/*.test.ts"], seconds: 3600, onStack: true },
  { name: "browser", files: ["tests/browser/**/*.test.ts"], seconds: 120, onStack: true },
  { name: "down", files: ["tests/down/**/*.test.ts"], seconds: 600, onStack: true },
];
