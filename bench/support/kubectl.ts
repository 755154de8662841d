import { execa } from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stringify } from "yaml";
import { toYaml } from "../../cli/commands/render";
import type { KubeObject } from "../../kube/object";
import { ensureTools } from "../../infra/recipes";

/** What the distribution's own instructions wait between two attempts. */
const RETRY_SECONDS = 20;

/** The official way: a kustomization, applied again and again until nothing is refused. */
export class Kubectl {
  private constructor(
    private readonly program: string,
    private readonly kubeconfig: string,
    private readonly folder: string,
  ) {}

  /**
   * @param kubeconfig - the path of the cluster's
   * @param objects - what to apply: the very objects of the stack it is compared with
   */
  static async make(kubeconfig: string, objects: readonly KubeObject[]): Promise<Kubectl> {
    const tools = await ensureTools(["kubernetes"]);
    const folder = mkdtempSync(path.join(tmpdir(), "kubectl-"));
    writeFileSync(path.join(folder, "objects.yaml"), toYaml(objects));
    // The order in which upstream's example has them.
    const kustomization = { resources: ["objects.yaml"], sortOptions: { order: "legacy" } };
    writeFileSync(path.join(folder, "kustomization.yaml"), stringify(kustomization));
    return new Kubectl(tools.bin("kubectl"), kubeconfig, folder);
  }

  /** `while ! kustomize build | kubectl apply --server-side --force-conflicts -f -; do sleep 20; done` */
  async applyLoop(): Promise<{ seconds: number; attempts: number }> {
    const started = performance.now();
    for (let attempts = 1; ; attempts++) {
      const built = await this.run(["kustomize", this.folder]);
      const applied = await this.run(["apply", "--server-side", "--force-conflicts", "-f", "-"], built.stdout);
      if (applied.exitCode === 0) return { seconds: (performance.now() - started) / 1000, attempts };
      if (attempts === 10) throw new Error(`kubectl apply does not come to an end: ${applied.stderr.slice(-2000)}`);
      await wait(RETRY_SECONDS * 1000);
    }
  }

  /** `kubectl diff`: seconds. */
  async diff(): Promise<number> {
    // 1 says that there are differences, such as those that a controller made.
    return this.timed(["diff", "--server-side", "--force-conflicts", "-f", this.file], [0, 1]);
  }

  /** `kubectl delete`, until all is gone: seconds. */
  async delete(): Promise<number> {
    return this.timed(["delete", "--ignore-not-found", "-f", this.file], [0]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return path.join(this.folder, "objects.yaml");
  }

  private async timed(words: readonly string[], codes: readonly number[]): Promise<number> {
    const started = performance.now();
    const { exitCode = NaN, stderr } = await this.run(words);
    if (!codes.includes(exitCode))
      throw new Error(`kubectl ${words[0]} ended with ${exitCode}: ${stderr.slice(-2000)}`);
    return (performance.now() - started) / 1000;
  }

  private run(words: readonly string[], input?: string) {
    const env = { KUBECONFIG: this.kubeconfig, HOME: this.folder };
    return execa(this.program, words, {
      env,
      reject: false,
      maxBuffer: 1 << 29,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    });
  }
}
