import type { Endpoint } from "../endpoints";

/** Where MinIO is published. */
export const minioEndpoints = {
  api: {
    name: "objectStore",
    nodePort: 30900,
    defaultPort: 9000,
    what: "the object store",
    output: "objectStoreUrl",
    label: "Object store",
    note: ({ bucket }) => (typeof bucket === "string" ? `bucket ${bucket}` : undefined),
  },
  console: {
    name: "objectStoreConsole",
    nodePort: 30901,
    defaultPort: 9001,
    what: "the object store's console",
    output: "objectStoreConsoleUrl",
    label: "",
    note: () => "its console",
  },
} satisfies Record<string, Endpoint>;
