/** What long work tells about itself: one line a task on a terminal, plain lines elsewhere. */
export interface Progress {
  start(name: string): Task;
}

export interface Task {
  /** Where the work stands, such as "312/1830 packages". */
  update(text: string): void;
  done(text: string): void;
  fail(text: string): void;
}

/** "7 s", "2m10s". */
export function elapsed(since: number, now = Date.now()): string {
  const seconds = Math.round((now - since) / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}

/** "3.1/45.0 MB" */
export function megabytes(done: number, total?: number): string {
  const text = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return total ? `${text(done)}/${text(total)} MB` : `${text(done)} MB`;
}

/**
 * Progress as plain lines: one when a task starts, one when it ends, and in between one every `every` milliseconds if there
 * is news.
 *
 * @param write Takes one line without its end.
 */
export function plainProgress(write: (line: string) => void, every = 15_000): Progress {
  return {
    start(name) {
      const started = Date.now();
      let latest = "";
      let written = "";
      write(name);
      const timer = setInterval(() => {
        // A task that waits for another has nothing new to tell.
        if (latest === written) return;
        written = latest;
        write(`${name}: ${latest}, ${elapsed(started)}`);
      }, every);
      timer.unref();
      const end = (text: string): void => {
        clearInterval(timer);
        write(`${name}: ${text}, ${elapsed(started)}`);
      };
      return { update: (text) => (latest = text), done: end, fail: end };
    },
  };
}

const waits = ({ latest }: { latest: string }): boolean => latest === "" || latest.startsWith("waits for ");

/** Progress on a terminal: a line for each task at work, redrawn in place, and one that stays when it ends. */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const active = new Map<number, { name: string; started: number; latest: string }>();
  let drawn = 0;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  const erase = (): string => (drawn ? `\x1b[${drawn}A\x1b[0J` : "");
  const draw = (above = ""): void => {
    const width = stream.columns || 80;
    // More lines than the screen has could not be erased again; who only waits gives way first.
    const room = Math.max(1, (stream.rows || 24) - 2);
    const tasks = [...active.values()].sort((one, other) => Number(waits(one)) - Number(waits(other)));
    const lines = tasks
      .slice(0, room)
      .map(({ name, started, latest }) =>
        `• ${name}: ${latest ? `${latest}, ` : ""}${elapsed(started)}`.slice(0, width - 1),
      );
    if (tasks.length > room) lines.push(`  and ${tasks.length - room} more`);
    stream.write(erase() + above + lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  };
  return {
    start(name) {
      const id = next++;
      const task = { name, started: Date.now(), latest: "" };
      active.set(id, task);
      if (!timer) timer = setInterval(draw, 250).unref();
      draw();
      const end = (mark: string, text: string): void => {
        active.delete(id);
        draw(`${mark} ${name}: ${text}, ${elapsed(task.started)}\n`);
        if (active.size) return;
        clearInterval(timer);
        timer = undefined;
        drawn = 0;
      };
      return {
        update: (text) => (task.latest = text),
        done: (text) => end("✓", text),
        fail: (text) => end("✗", text),
      };
    },
  };
}

/** The progress that suits standard error. */
export function standardProgress(): Progress {
  return process.stderr.isTTY && process.env["TERM"] !== "dumb"
    ? terminalProgress(process.stderr)
    : plainProgress((line) => process.stderr.write(`${line}\n`));
}

/** Says nothing. */
export const silent: Progress = {
  start: () => ({ update: () => undefined, done: () => undefined, fail: () => undefined }),
};
