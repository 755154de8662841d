import { Pipeline, type PipelineArgs, PipelineVersion, type PipelineVersionArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { metadata } from "./parts";

const pipelineArgs: Whole<PipelineArgs> = {
  metadata,
  spec: { displayName: "Digits", description: "Trains and serves." },
};

const versionArgs: Whole<PipelineVersionArgs> = {
  metadata: { ...metadata, name: "example-1" },
  spec: {
    pipelineName: "example",
    pipelineSpec: { pipelineInfo: { name: "digits" }, schemaVersion: "2.1.0", root: { dag: { tasks: {} } } },
    platformSpec: { platforms: { kubernetes: { deploymentSpec: { executors: {} } } } },
    displayName: "Digits 1",
    description: "The first.",
    codeSourceURL: "https://example.org/digits",
  },
};

export const pipeline: Example = {
  kind: "Pipeline",
  make: () => new Pipeline("example", pipelineArgs),
  wrong: { "/spec/displayName": 1 },
};

export const pipelineVersion: Example = {
  kind: "PipelineVersion",
  make: () => new PipelineVersion("example", versionArgs),
  documents: ["/spec/pipelineSpec", "/spec/platformSpec"],
  wrong: { "/spec": { pipelineName: "example" }, "/spec/pipelineName": 1 },
};
