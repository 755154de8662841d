import { kubeflow, platform } from "../../infra/versions";
import type { ToolName } from "../../infra/recipes";

/** One stage of `npm test`: a check by a tool, which counts as one test, or a suite of mocha's. */
export interface Stage {
  readonly name: string;
  /** For a check: the words of its commands, one after the other. */
  readonly check?: readonly (readonly string[])[];
  /** For a suite: globs of its files. */
  readonly files?: readonly string[];
  /** Seconds that one test of the suite may take unless it says otherwise. */
  readonly seconds?: number;
  /** Whether the suite works on the stack that the suites share. */
  readonly onStack?: boolean;
  /** Whether the trainer's own packages and its TensorFlow must be there. */
  readonly needsTrainer?: boolean;
  /** Whether tools and images of a local node must be there: building them must not count against a test's time. */
  readonly needsNode?: boolean;
  /** Tools that must be there besides, for the same reason. */
  readonly tools?: readonly ToolName[];
  /** Images of pods that must be there besides, by reference. */
  readonly images?: readonly string[];
}

const bin = (name: string) => `node_modules/.bin/${name}`;

/** The stages in their order: what fails fast comes first. */
export const stages: readonly Stage[] = [
  { name: "format", check: [[bin("prettier"), "--check", "--log-level", "warn", "."]] },
  { name: "lint", check: [[bin("eslint"), "--max-warnings", "0", "."]], needsTrainer: true },
  {
    name: "types",
    check: [
      [bin("tsc"), "--noEmit", "-p", "."],
      [bin("tsc"), "--noEmit", "-p", "trainer"],
    ],
    needsTrainer: true,
  },
  {
    name: "unit",
    files: [
      "{cli,drift,engine,infra,kube,node,plugins,toolchain,workloads,eslint}/**/*.test.ts",
      "tests/unit/**/*.test.ts",
      "trainer/test/**/*.test.ts",
    ],
    seconds: 60,
    needsTrainer: true,
  },
  {
    name: "integration",
    files: ["tests/integration/**/*.test.ts"],
    seconds: 600,
    needsTrainer: true,
    needsNode: true,
    tools: ["etcd", "kube-apiserver", "control-plane", "kwok", "python"],
    images: [kubeflow.trainer.image, kubeflow.jobSet.image],
  },
  {
    name: "e2e",
    files: ["tests/e2e/**/*.test.ts"],
    seconds: 3600,
    onStack: true,
    needsNode: true,
    images: Object.values(platform.kourier.images),
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
