/** One cluster as the provider sees it: connected when first needed, and possibly out of reach. */
import { accessOf } from "./access";
import { UnreachableError } from "./apiError";
import { KubeClient } from "./client";
import { Discovery } from "./discovery";
import { Resources } from "./resources";
import type { Settings } from "./settings";

/** How long an unreachable cluster is believed to be unreachable. */
const RECHECK_MS = 5_000;

/** A cluster that is connected when it is first needed. */
export class Cluster {
  private connecting: Promise<Resources> | undefined;
  private unreachable: { reason: Error; at: number } | undefined;

  constructor(readonly settings: Settings) {}

  /** The way to the cluster. Throws UnreachableError, or what is wrong with the kubeconfig. */
  async connect(): Promise<Resources> {
    const known = this.unreachable;
    if (known !== undefined && Date.now() - known.at < RECHECK_MS) throw known.reason;
    this.connecting ??= this.open();
    try {
      return await this.connecting;
    } catch (error) {
      this.connecting = undefined;
      this.unreachable = { reason: error as Error, at: Date.now() };
      throw error;
    }
  }

  /** The way to the cluster, or the reason why there is none. */
  async tryConnect(): Promise<
    { resources: Resources; reason?: undefined } | { resources?: undefined; reason: string }
  > {
    try {
      return { resources: await this.connect() };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    const resources = await this.connecting?.catch(() => undefined);
    resources?.client.close();
  }

  private async open(): Promise<Resources> {
    const client = new KubeClient(await accessOf(this.settings));
    await client.request({ path: "/version", signal: AbortSignal.timeout(15_000) }).catch((error: unknown) => {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      throw timedOut ? new UnreachableError(client.server.origin, new Error("no answer within 15 s")) : error;
    });
    return new Resources(client, new Discovery(client));
  }
}
