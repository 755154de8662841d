import { TFJob, type TFJobArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, metadata, volumes } from "./parts";

const replica = {
  replicas: 2,
  restartPolicy: "OnFailure" as const,
  template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ ...container, name: "tensorflow" }], volumes } },
};
const replicaTypes = ["Chief", "Master", "Worker", "PS", "Evaluator"] as const;

const args: Whole<TFJobArgs> = {
  metadata,
  spec: {
    tfReplicaSpecs: { Chief: replica, Master: replica, Worker: replica, PS: replica, Evaluator: replica },
    runPolicy: { cleanPodPolicy: "None", activeDeadlineSeconds: 600, backoffLimit: 2, suspend: false },
    successPolicy: "AllWorkers",
  },
};

export const tfJob: Example = {
  kind: "TFJob",
  make: () => new TFJob("example", args),
  maps: [
    "/spec/tfReplicaSpecs",
    ...replicaTypes.flatMap((type) =>
      ["metadata/labels", "spec/containers/0/resources/requests", "spec/containers/0/resources/limits"].map(
        (map) => `/spec/tfReplicaSpecs/${type}/template/${map}`,
      ),
    ),
  ],
  wrong: { "/spec/runPolicy/backoffLimit": "2" },
};
