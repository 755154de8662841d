/** A provider and the calls that the engine has made to it. */
import { CancelledError } from "./errors";
import { EngineLog } from "./engine";
import { type Context, type Provider } from "./provider";

/** Which resource a call is about, as its request says it. */
export interface CallSubject {
  urn: string;
  name?: string;
  type?: string;
  preview?: boolean;
  timeoutSeconds?: number;
}

/** A provider being served: its calls under way, and the way to end them. */
export class ProviderHost {
  readonly engine = new EngineLog();
  private readonly cancellation = new AbortController();
  private readonly underway = new Set<Promise<unknown>>();

  constructor(readonly provider: Provider) {}

  /** Asks everything under way to end; new calls are refused. */
  cancel(): void {
    this.cancellation.abort(new CancelledError());
  }

  /** Runs one call with its context, and keeps count of it. */
  async run<R>(subject: CallSubject, work: (ctx: Context) => Promise<R>): Promise<R> {
    this.cancellation.signal.throwIfAborted();
    const call = work(this.context(subject)).finally(() => this.engine.flush());
    this.underway.add(call);
    try {
      return await call;
    } finally {
      this.underway.delete(call);
    }
  }

  /** Cancels, and waits for what was under way. */
  async stop(): Promise<void> {
    this.cancel();
    await Promise.allSettled(this.underway);
    this.engine.close();
  }

  private context(subject: CallSubject): Context {
    const { urn } = subject;
    const parts = urn.split("::");
    const typeChain = parts[2] ?? "";
    return {
      urn,
      name: subject.name || (parts.slice(3).join("::") ?? ""),
      type: subject.type || typeChain.slice(typeChain.lastIndexOf("$") + 1),
      preview: subject.preview ?? false,
      timeoutSeconds: subject.timeoutSeconds ?? 0,
      signal: this.cancellation.signal,
      log: (severity, message) => this.engine.send(severity, message, urn),
      status: (message) => this.engine.send("info", message, urn, true),
    };
  }
}
