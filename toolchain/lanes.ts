import { totalmem } from "node:os";

/** Whether there is memory for more than one compiler at its hungriest. */
export const roomy = totalmem() > 8 * 2 ** 30;

/**
 * What may be done at the same time. Downloads of one tool go on while another compiles. A build uses every core by itself, except
 * while it links; a second one fills that gap.
 */
class Lane {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(width: number) {
    this.free = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }
}

export const lanes = { network: new Lane(3), compile: new Lane(roomy ? 2 : 1), pack: new Lane(2) };
