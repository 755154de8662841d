import { readFileSync } from "node:fs";
import path from "node:path";
import { kourierImages } from "../../infra/products/kourier";
import { trainerImages } from "../../infra/products/trainer";
import type { ToolName } from "../../infra/recipes";
import { projectRoot } from "../../engine/options";

/** One stage of `npm test`: a check by a tool, which counts as one test, or a suite of mocha's. */
export interface Stage {
  readonly name: string;
  /** For a check: the words of its commands, one after the other. */
  readonly check?: readonly (readonly string[])[];
  /** For a suite: globs of its files. */
  readonly files?: readonly string[];
  /** Seconds that one test of the suite may take unless it sets another limit. */
  readonly seconds?: number;
  /** Whether the suite works on the stack that the suites share. */
  readonly onStack?: boolean;
  /** What of the trainer must be there: its npm packages, or TensorFlow's library and addon as well. */
  readonly trainer?: "packages" | "tensorflow";
  /** Whether tools and images of a local node must be there. Building them must not count against a test's time. */
  readonly needsNode?: boolean;
  /** Further tools that must be there, for the same reason. */
  readonly tools?: readonly ToolName[];
  /** Further images of pods that must be there, by reference. */
  readonly images?: readonly string[];
}

/** The commands of an npm script of this project, in words, so that a stage runs what `npm run NAME` runs. */
function commands(name: string): readonly (readonly string[])[] {
  const { scripts } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  return (scripts[name] ?? "").split(" && ").map((command) => {
    const [program = "", ...words] = command.split(" ");
    return [`node_modules/.bin/${program}`, ...words];
  });
}

/** The formatter without its first command, which writes the tables of the settings: unit tests hold those. */
const formatCheck = commands("format")
  .filter(([program]) => program === "node_modules/.bin/prettier")
  .map((words) => words.map((word) => (word === "--write" ? "--check" : word)));

/** The stages in their order: what fails fast comes first. */
export const stages: readonly Stage[] = [
  { name: "format", check: formatCheck },
  { name: "lint", check: commands("lint"), trainer: "packages" },
  {
    name: "types",
    check: [
      ["node_modules/.bin/tsc", "--noEmit", "-p", "."],
      ["node_modules/.bin/tsc", "--noEmit", "-p", "trainer"],
    ],
    trainer: "packages",
  },
  {
    name: "unit",
    files: [
      "{cli,drift,engine,eslint,infra,kube,node,plugins,toolchain,workloads}/**/*.test.ts",
      "tests/unit/**/*.test.ts",
    ],
    seconds: 60,
  },
  { name: "trainer", files: ["trainer/test/**/*.test.ts"], seconds: 60, trainer: "tensorflow" },
  {
    name: "integration",
    files: ["tests/integration/**/*.test.ts"],
    seconds: 600,
    trainer: "tensorflow",
    needsNode: true,
    tools: ["etcd", "kube-apiserver", "control-plane", "kwok", "python"],
    images: Object.values(trainerImages),
  },
  {
    name: "e2e",
    files: ["tests/e2e/**/*.test.ts"],
    seconds: 3600,
    onStack: true,
    needsNode: true,
    images: Object.values(kourierImages),
  },
  {
    name: "browser",
    files: ["tests/browser/**/*.test.ts"],
    seconds: 120,
    onStack: true,
    needsNode: true,
    tools: ["chromium"],
  },
  { name: "down", files: ["tests/down/**/*.test.ts"], seconds: 600, onStack: true },
];
