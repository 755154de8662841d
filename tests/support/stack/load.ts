import { Agent, request } from "node:http";

/** A request that did not end well. */
export interface FailedRequest {
  readonly at: Date;
  readonly reason: string;
}

/** What a load came to. */
export interface LoadResult {
  readonly answered: number;
  readonly failed: readonly FailedRequest[];
}

/** One kind of request of a load. */
export interface LoadTarget {
  readonly url: string;
  readonly body: string;
  /** Whether each asker keeps its connection, or opens one for each request. */
  readonly keepsConnections: boolean;
}

const patience = 20_000;

/**
 * Sends requests without a pause, one asker for each target, until it is stopped. Nothing is asked twice: whatever is not
 * answered with 200 is a failure.
 */
export class Load {
  private isStopped = false;
  private answered = 0;
  private readonly failed: FailedRequest[] = [];
  private readonly askers: Promise<void>[];

  constructor(targets: readonly LoadTarget[]) {
    this.askers = targets.map((target) => this.ask(target));
  }

  /** How many requests have been answered so far. */
  get answeredSoFar(): number {
    return this.answered;
  }

  /** Lets the requests under way end, and sums up. */
  async stop(): Promise<LoadResult> {
    this.isStopped = true;
    await Promise.all(this.askers);
    return { answered: this.answered, failed: this.failed };
  }

  private async ask({ url, body, keepsConnections }: LoadTarget): Promise<void> {
    const agent = new Agent({ keepAlive: keepsConnections, maxSockets: 1 });
    while (!this.isStopped) {
      const fault = await send(agent, url, body);
      if (fault === undefined) this.answered++;
      else this.failed.push({ at: new Date(), reason: `${url}: ${fault}` });
    }
    agent.destroy();
  }
}

function send(agent: Agent, url: string, body: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(url, { agent, method: "POST", headers, timeout: patience }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", (error) => resolve(error.message));
      response.on("end", () => {
        resolve(response.statusCode === 200 ? undefined : `${String(response.statusCode)} ${text.slice(0, 200)}`);
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer for ${String(patience / 1000)} s`)));
    asked.on("error", (error) => resolve(error.message));
    asked.end(body);
  });
}
