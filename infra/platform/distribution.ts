/** The Kubeflow distribution: the archive that profile `full` comes from. */
import type { ArchiveSource } from "../manifests";

/** Which archive, and what it must be. */
export interface Distribution {
  /** An `https://` address, or the path of a file on this machine. */
  readonly location: string;
  /** SHA-256 of the archive, hexadecimal. */
  readonly sha256: string;
}

/** The overlays of a product as sources. */
export function overlaySources(distribution: Distribution, overlays: readonly string[]): ArchiveSource[] {
  return overlays.map((overlay) => ({ kind: "archive", ...distribution, overlay }));
}
