import type { Endpoint } from "../../infra/endpoints";
import type { Workload } from "../workload";
import { digitsSettings } from "./settings";

/** Where the workload's pages and its predictor are published. */
export const digitsEndpoints = {
  page: {
    name: "page",
    nodePort: 30080,
    defaultPort: 8080,
    what: "the web page",
    output: "pageUrl",
    label: "Draw a digit",
  },
  predictor: {
    name: "predictor",
    nodePort: 30081,
    defaultPort: 8081,
    what: "the predictor",
    output: "predictorUrl",
    label: "Predictor",
    note: ({ model }) => {
      const { name } = (model ?? {}) as { name?: string };
      return name && `/v1/models/${name}:predict, /v2/models/${name}/infer`;
    },
  },
} satisfies Record<string, Endpoint>;

/** Trains on handwritten digits, serves the model and publishes a page to draw on. */
export const digits: Workload = {
  name: "digits",
  settings: {
    schema: digitsSettings,
    description:
      "The digits workload: hyper-parameters, the data set, the predictor's replicas. A key left out keeps its default.",
  },
  endpoints: Object.values(digitsEndpoints),
  namespaces: ["digits"],
  products: ["minio", "kserve"],
};
