/** Builds an image into an OCI archive, with what this machine has: docker buildx, else buildah. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheHome } from "../../../toolchain";
import { ensureImages, ensureTools, imageRefs } from "../../../infra/recipes";
import { buildWithBuildah } from "../../../toolchain/buildah/build";
import { externalNames, fullImageName } from "../../../toolchain/buildah/dockerfile";
import { buildStep } from "../../../toolchain/buildah/steps";
import { buildWithBuildx, hasBuildx } from "./buildx";
import type { ImageSource, ReadSource } from "./contentHash";
import { hashContext, stageContext } from "./context";
import { reportingProgress } from "./progress";
import { providedContexts } from "./providedContexts";

/** How a build tells what it does. */
export interface BuildReport {
  /** What is being done now. */
  status: (text: string) => void;
  /** One line of the build's output. */
  output: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Builds an image.
 *
 * @param ref The image's full name.
 * @param read What `readSource` said of the source; the files must not have changed since.
 * @param archive The file to write.
 * @throws Error with the last lines of the build's output.
 */
export async function buildImage(
  ref: string,
  source: ImageSource,
  read: ReadSource,
  archive: string,
  report: BuildReport,
): Promise<void> {
  const { signal, status } = report;
  const contexts: Record<string, string> = {};
  for (const [name, context] of Object.entries(source.buildContexts ?? {})) {
    status(`preparing the build context ${name}`);
    contexts[name] =
      "tool" in context ? await providedContexts[context.tool].ensure(reportingProgress(status)) : context.path;
  }
  const work = workFolder();
  try {
    const staged = join(work, "context");
    const before = hashContext(source.context, read.entries);
    stageContext(source.context, read.entries, staged);
    if (hashContext(staged, read.entries) !== before) {
      throw new Error(`Files in ${source.context} changed while they were read for ${ref}; run the command again.`);
    }
    const request = {
      ref,
      context: staged,
      dockerfile: read.dockerfile,
      buildArgs: source.buildArgs ?? {},
      contexts,
      archive,
    };
    const onLine = (line: string): void => {
      const step = buildStep(line);
      if (step === undefined) report.output(line);
      else status(step);
    };
    if (await hasBuildx()) {
      status("building with docker buildx");
      await buildWithBuildx(request, { onLine, signal });
      return;
    }
    const names = externalNames(read.dockerfile, source.buildArgs).map(fullImageName);
    const ours = names.filter((name) => imageRefs().includes(name));
    status("preparing base images");
    const progress = reportingProgress(status);
    const toolbox = await ensureTools(["buildah"], progress);
    const images = await ensureImages(ours, progress);
    const bases = Object.fromEntries(images.map((image) => [image.ref, image]));
    status("building with buildah");
    await buildWithBuildah(
      { ...request, bases },
      {
        program: toolbox.bin("buildah"),
        onLine,
        onWait: () => status("waiting for another build"),
        signal,
      },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/** A folder for one build. Those that killed builds left are removed once no build can be at work in them any more. */
function workFolder(): string {
  const home = join(cacheHome, "tmp", "contexts");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(home)) {
    const path = join(home, name);
    if (Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(home, "build-"));
}
