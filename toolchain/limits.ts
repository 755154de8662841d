import { totalmem } from "node:os";

/** Whether there is memory for compilers that collect garbage less often. */
export const roomy = totalmem() > 8 * 2 ** 30;

/**
 * What may be done at the same time. Downloads of one tool go on while another compiles. A build uses every core by itself, and two
 * at once would compile what they share twice.
 */
class Limit {
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

export const limits = {
  /** Releases, blobs, wheels and npm packages. apt takes turns by itself, and must not hold up the others. */
  network: new Limit(3),
  /** Go modules: what comes first here keeps the compiler busy. */
  modules: new Limit(2),
  compile: new Limit(1),
  pack: new Limit(2),
};
