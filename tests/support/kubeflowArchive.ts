import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The rendered copy of the Kubeflow distribution 26.03 that lies beside the repository, for tests. */
const location = resolve(__dirname, "../../../shared/kubeflow/community-distribution-26.03.tar.gz");

/** Where the archive is and what it must be; undefined on machines that do not have it. */
export const kubeflowArchive = existsSync(location)
  ? { location, sha256: "cec5b06375c800c685bce6ec815c36ac292f5084157b0dd2b0fd7125a631eae8" }
  : undefined;
