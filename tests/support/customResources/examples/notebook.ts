import { Notebook, type NotebookArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, metadata, volumes } from "./parts";

const args: Whole<NotebookArgs> = {
  metadata,
  spec: {
    template: {
      spec: { containers: [container], volumes, serviceAccountName: "default-editor", enableServiceLinks: false },
    },
  },
};

export const notebook: Example = {
  kind: "Notebook",
  make: () => new Notebook("example", args),
  maps: ["requests", "limits"].map((map) => `/spec/template/spec/containers/0/resources/${map}`),
  wrong: { "/spec/template/spec/containers": [] },
};
