/**
 * Asks again and again about something that keeps changing: at most one question under way, at most one every
 * `interval` milliseconds, and always, in the end, one about the latest state. Answers to what has been forgotten
 * since are dropped.
 */
export class LiveQuestion<Question, Answer> {
  private waiting: { question: Question } | undefined;
  private asking: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private nextAt = 0;

  constructor(
    private readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly onAnswer: (answer: Answer) => void,
    private readonly onFault: (fault: unknown) => void,
    private readonly interval = 60,
  ) {}

  /** True while an answer is still to come. */
  get isBusy(): boolean {
    return this.asking !== undefined || this.waiting !== undefined;
  }

  /** Asks this, in place of what was going to be asked next. */
  update(question: Question): void {
    this.waiting = { question };
    this.schedule();
  }

  /** Forgets the question: what is under way is aborted, and its answer is not told. */
  forget(): void {
    this.waiting = undefined;
    this.asking?.abort();
    this.asking = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.asking || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.next(), Math.max(0, this.nextAt - performance.now()));
  }

  private async next(): Promise<void> {
    this.timer = undefined;
    if (!this.waiting) return;
    const { question } = this.waiting;
    this.waiting = undefined;
    this.nextAt = performance.now() + this.interval;
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await this.ask(question, asking.signal);
      if (this.asking === asking) this.onAnswer(answer);
    } catch (fault) {
      if (this.asking === asking) this.onFault(fault);
    }
    if (this.asking !== asking) return;
    this.asking = undefined;
    if (this.waiting) this.schedule();
  }
}
