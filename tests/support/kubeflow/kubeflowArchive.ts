import { sharedFile } from "../stack/shared";

/**
 * Where the rendered copy of the Kubeflow distribution 26.03 lies, and what it must be.
 * @throws Error when it is not there
 */
export function kubeflowArchive(): { location: string; sha256: string } {
  return {
    location: sharedFile("kubeflow", "community-distribution-26.03.tar.gz"),
    sha256: "cec5b06375c800c685bce6ec815c36ac292f5084157b0dd2b0fd7125a631eae8",
  };
}
