import { request } from "../../toolchain/download";
import { sourcesToTry } from "../../toolchain/sources";
import { ToolError } from "../../toolchain/types";
import { hasImage, hasTool, type ToolName } from "./index";
import { tools as table } from "./tools";

/**
 * GiB of the cache folder that everything of a local node takes, by the way it comes. Measured on an empty machine: while the stack's
 * own images are being built, the registries' way takes 30 GiB, of which 21 are Go's modules and what it has compiled of them.
 */
const whole = { official: 6, registries: 30 } as const;

/** What is still to be obtained. */
export interface Missing {
  /** GiB of the cache folder that it will take, about. */
  readonly gibibytes: number;
  /** Whether most of it must be built, since the official releases are out of reach or not to be asked. */
  readonly isBuilt: boolean;
}

/**
 * Estimates what obtaining tools and images will take.
 * @param tools - all that are needed, there or not
 * @param images - likewise
 * @param reaches - whether an address answers; asked only when something is missing. Default: asks it
 * @returns undefined when nothing is missing
 */
export async function missingOf(
  tools: readonly ToolName[],
  images: readonly string[],
  reaches: (url: string) => Promise<boolean> = answers,
): Promise<Missing | undefined> {
  const missing = tools.filter((name) => !hasTool(name)).length + images.filter((ref) => !hasImage(ref)).length;
  if (missing === 0) return undefined;
  const { official } = table.kubernetes;
  const [file] = "files" in official ? official.files : [];
  const isBuilt = !sourcesToTry().includes("official") || file === undefined || !(await reaches(file.url));
  const share = missing / (tools.length + images.length);
  return { gibibytes: Math.ceil(whole[isBuilt ? "registries" : "official"] * share), isBuilt };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await request(url, { method: "HEAD" })).body?.cancel();
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}
