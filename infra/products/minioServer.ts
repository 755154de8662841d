/** MinIO's image and endpoints, for its product and for its component. */
import { goModule } from "../../toolchain/images/define";
import type { ImageTable } from "../../toolchain/images/recipe";
import type { Endpoint } from "../endpoints";

/** https://github.com/minio/minio/releases/tag/RELEASE.2025-09-07T16-13-09Z: the last community image; later ones are source only. */
export const minioImages = { server: "docker.io/minio/minio:RELEASE.2025-09-07T16-13-09Z" };
/** The Go module's version of that release. */
const moduleVersion = "v0.0.0-20250907161309-07c3a429bfed";

/** Its S3 API and its console. */
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

/** How the image is built where its registry cannot be reached. */
export const minioRecipes: ImageTable = {
  [minioImages.server]: {
    programs: {
      from: goModule("minio", moduleVersion, { minio: "github.com/minio/minio" }),
      at: { "/usr/bin/minio": "minio" },
    },
    config: { entrypoint: ["/usr/bin/minio"] },
  },
};
