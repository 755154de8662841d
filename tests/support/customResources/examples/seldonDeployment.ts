import { type PredictiveUnit, SeldonDeployment, type SeldonDeploymentArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, metadata, volumes } from "./parts";

const { children: _, ...unit }: Whole<Omit<PredictiveUnit, "children">> & { children?: never } = {
  name: "iris",
  type: "MODEL",
  implementation: "SKLEARN_SERVER",
  modelUri: "s3://mlpipeline/iris",
  envSecretRefName: "seldon-init-container-secret",
  serviceAccountName: "default-editor",
  storageInitializerImage: "example.org/fetch:1",
  parameters: [{ name: "method", value: "predict_proba", type: "STRING" }],
  endpoint: { type: "REST", httpPort: 9000, grpcPort: 9500 },
  logger: { url: "http://collector", mode: "all" },
};

const args: Whole<Omit<SeldonDeploymentArgs, "spec">> & {
  spec: Whole<Omit<SeldonDeploymentArgs["spec"], "predictors">> & {
    predictors: readonly (Whole<Omit<SeldonDeploymentArgs["spec"]["predictors"][number], "graph">> & {
      graph: PredictiveUnit;
    })[];
  };
} = {
  metadata,
  spec: {
    protocol: "v2",
    transport: "rest",
    serverType: "rpc",
    replicas: 1,
    annotations: { "seldon.io/no-engine": "false" },
    predictors: [
      {
        name: "default",
        graph: { ...unit, children: [{ ...unit, name: "next" }] },
        componentSpecs: [
          {
            metadata: { labels: { a: "b" }, annotations: { c: "d" } },
            spec: { containers: [container], volumes },
            replicas: 2,
          },
        ],
        replicas: 2,
        traffic: 100,
        shadow: false,
        svcOrchSpec: { env: container.env, resources: container.resources, replicas: 1 },
        labels: { a: "b" },
        annotations: { c: "d" },
      },
    ],
  },
};

const predictor = "/spec/predictors/0";

export const seldonDeployment: Example = {
  kind: "SeldonDeployment",
  make: () => new SeldonDeployment("example", args),
  model: ["seldon", "SeldonDeployment"],
  maps: [
    "/spec/annotations",
    ...["labels", "annotations", "componentSpecs/0/metadata/labels", "componentSpecs/0/metadata/annotations"].map(
      (map) => `${predictor}/${map}`,
    ),
    ...["requests", "limits"].flatMap((map) => [
      `${predictor}/componentSpecs/0/spec/containers/0/resources/${map}`,
      `${predictor}/svcOrchSpec/resources/${map}`,
    ]),
  ],
  wrong: { "/spec/predictors": {}, [`${predictor}/traffic`]: "100", [`${predictor}/graph/children`]: { name: "next" } },
};
