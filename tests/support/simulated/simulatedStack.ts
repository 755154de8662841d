import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { zstdDecompressSync } from "node:zlib";
import { stringify } from "yaml";
import { declaredCrds } from "../../../drift/crds";
import { declaredObjects } from "../../../drift/declared";
import { type KubeObject } from "../../../kube/object";
import type { Deployment } from "../../../engine/stack";
import type { PinnedFile } from "../manifests/archives";
import { distribution } from "../kubeflow/distribution";
import { Place } from "../stack/place";
import { inventory } from "../stack/inventory";
import { type SimulatedCluster, startSimulatedCluster } from "./simulatedCluster";
import { until } from "../machine/until";

const project = __dirname;

/** A command that was timed. */
export interface Timed {
  /** From the moment it was typed until it ended. */
  readonly seconds: number;
  readonly code: number | null;
  /** What it said on the way. */
  readonly said: string;
}

/** The platform of profile `full` as a stack on a simulated cluster, by the commands that people type. */
export class SimulatedStack {
  readonly place: Place;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "ks-"));

  /**
   * @param cluster - the cluster to install into
   * @param copies - the number of copies of each object. Default: 1
   */
  static async create(cluster: SimulatedCluster, copies = 1): Promise<SimulatedStack> {
    return new SimulatedStack(cluster, await inventory(cluster.kubeconfigPath), copies, await distribution());
  }

  /** Runs `work` with a stack on a simulated cluster of its own, and removes both after that. */
  static async onOwnCluster<T>(work: (stack: SimulatedStack) => Promise<T>): Promise<T> {
    const cluster = await startSimulatedCluster();
    try {
      const stack = await SimulatedStack.create(cluster);
      try {
        return await work(stack);
      } finally {
        stack.remove();
      }
    } finally {
      await cluster.stop();
    }
  }

  private constructor(
    readonly cluster: SimulatedCluster,
    private readonly atFirst: readonly string[],
    copies: number,
    archive: PinnedFile,
  ) {
    this.place = new Place("bench", this.folder, ["--project", project]);
    const config = {
      "kubeflow-stack:cluster": "kubeconfig",
      "kubeflow-stack:kubeconfig": cluster.kubeconfigPath,
      "kubeflow-stack:registry": "localhost:1",
      "kubeflow-stack:profile": "full",
      "kubeflow-stack:distribution": archive,
      "simulated:objectStoreUrl": cluster.objectStoreUrl,
      "simulated:copies": copies,
    };
    writeFileSync(this.place.configFile, stringify({ config }));
  }

  /** Runs a command and takes its time. */
  async timed(...words: string[]): Promise<Timed> {
    const started = performance.now();
    const child = this.place.start(words);
    child.stdout.resume();
    const [[code], said] = await Promise.all([once(child, "close") as Promise<[number | null]>, text(child.stderr)]);
    return { seconds: (performance.now() - started) / 1000, code, said };
  }

  /**
   * Runs a command that must succeed, and find nothing to change where that is asked.
   * @returns its seconds
   */
  async seconds(command: string, { unchanged = false } = {}): Promise<number> {
    const { seconds, code, said } = await this.timed(command);
    if (code !== 0 || (unchanged && /[+~-] \d+ to (create|update|replace|delete)/.test(said)))
      throw new Error(`npm run ${command} ended with ${code}: ${said.slice(-3000)}`);
    return seconds;
  }

  /**
   * Takes the stack down, and waits for its namespaces, which nobody waits for where nothing is awaited.
   * @returns the seconds until the last of them was gone
   */
  async down(): Promise<number> {
    const started = performance.now();
    await this.seconds("down");
    await until("no namespace is left", async () => (await namespacesOf(this.cluster)).length === 0, 120);
    return (performance.now() - started) / 1000;
  }

  /** The objects in the cluster that were not there before the stack. */
  async left(): Promise<string[]> {
    return (await inventory(this.cluster.kubeconfigPath)).filter((name) => !this.atFirst.includes(name));
  }

  /** All that the stack has in its state: CRDs first, with their bodies. */
  async objects(): Promise<KubeObject[]> {
    const { stdout } = await this.place.run("pulumi", "stack", "export", "--show-secrets");
    const deployment = JSON.parse(stdout) as Deployment;
    return [...declaredCrds(deployment), ...declaredObjects(deployment)].map(({ object }) => object);
  }

  /** Bytes of the state, and of its compressed file. */
  stateSize(): { state: number; file: number } {
    const stacks = path.join(this.place.state, "backend/.pulumi/stacks");
    const files = readdirSync(stacks, { recursive: true, encoding: "utf8" });
    const file = files.find((name) => name.endsWith("/bench.json.zst"));
    if (file === undefined) throw new Error(`There is no state in ${stacks}; it has ${files.join(", ")}.`);
    const content = readFileSync(path.join(stacks, file));
    return { state: zstdDecompressSync(content).length, file: content.length };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Namespaces that a cluster does not have by itself. */
async function namespacesOf(cluster: SimulatedCluster): Promise<string[]> {
  const { items } = await cluster.request("GET", "/api/v1/namespaces");
  return (items as { metadata: { name: string } }[])
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== "default" && !name.startsWith("kube-"));
}
