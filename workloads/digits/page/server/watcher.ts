import type { Predictor, Status } from "./predictor";

const whileWaiting = 1_000;
const whileReady = 10_000;

/** Knows how the model is without asking for each visitor: asks the predictor now and then, more often while it is not ready. */
export class Watcher {
  private known: Status;
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly predictor: Pick<Predictor, "status">,
    modelName: string,
  ) {
    this.known = { state: "starting", message: "Looking for the model…", model: { name: modelName } };
  }

  get status(): Status {
    return this.known;
  }

  /** Asks now: at the start, and when a prediction says that what is known no longer holds. */
  refresh(): Promise<void> {
    this.asking ??= this.ask();
    return this.asking;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.known = await this.predictor.status();
    this.asking = undefined;
    if (this.isStopped) return;
    const pause = this.known.state === "ready" ? whileReady : whileWaiting;
    this.timer = setTimeout(() => void this.refresh(), pause);
    this.timer.unref();
  }
}
