import { PodDefault, type PodDefaultArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, imagePullSecrets, metadata, tolerations, volumes } from "./parts";

const args: Whole<PodDefaultArgs> = {
  metadata,
  spec: {
    selector: {
      matchLabels: { "access-minio": "true" },
      matchExpressions: [{ key: "a", operator: "In", values: ["b"] }],
    },
    desc: "Allow access to MinIO",
    env: container.env,
    envFrom: [{ secretRef: { name: "credentials" } }],
    volumes,
    volumeMounts: container.volumeMounts,
    initContainers: [container],
    sidecars: [container],
    tolerations,
    imagePullSecrets,
    labels: { a: "b" },
    annotations: { c: "d" },
    command: ["start-notebook.sh"],
    args: ["--quiet"],
    serviceAccountName: "default-editor",
    automountServiceAccountToken: false,
  },
};

const maps = ["initContainers/0/resources/requests", "initContainers/0/resources/limits"];

export const podDefault: Example = {
  kind: "PodDefault",
  make: () => new PodDefault("example", args),
  maps: [
    ...["selector/matchLabels", "labels", "annotations"].map((map) => `/spec/${map}`),
    ...maps.flatMap((map) => [`/spec/${map}`, `/spec/${map.replace("initContainers", "sidecars")}`]),
  ],
  wrong: { "/spec/selector/matchExpressions": [{ key: "a" }], "/spec/env": [{ value: "nameless" }] },
};
