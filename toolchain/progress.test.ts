import { expect } from "chai";
import { until } from "../tests/support/machine/until";
import { elapsed, megabytes, plainProgress, terminalProgress } from "./progress";

describe("toolchain progress", () => {
  it("writes durations and sizes as people read them", () => {
    expect([7_000, 99_400, 130_000, 605_000].map((ms) => elapsed(0, ms))).to.deep.equal([
      "7 s",
      "99 s",
      "2m10s",
      "10m05s",
    ]);
    expect(megabytes(3_100_000, 45_000_000)).to.equal("3.1/45.0 MB");
    expect(megabytes(3_100_000)).to.equal("3.1 MB");
  });

  it("writes a plain line at the start and at the end of a task", () => {
    const lines: string[] = [];
    const task = plainProgress((line) => lines.push(line)).start("kubernetes 1.34.4");
    task.update("312/1830 packages");
    task.done("built");
    expect(lines).to.deep.equal(["kubernetes 1.34.4", "kubernetes 1.34.4: built, 0 s"]);
  });

  it("writes a task's progress now and then, when it has changed", async () => {
    const lines: string[] = [];
    const task = plainProgress((line) => lines.push(line), 5).start("kubernetes 1.34.4");
    task.update("312/1830 packages");
    await until("a line", () => lines.length === 2);
    task.update("313/1830 packages");
    await until("another line", () => lines.length === 3);
    task.done("built");
    expect(lines.slice(1, 3)).to.deep.equal([
      "kubernetes 1.34.4: 312/1830 packages, 0 s",
      "kubernetes 1.34.4: 313/1830 packages, 0 s",
    ]);
  });

  it("never draws more lines than the terminal has, and hides waiting tasks first", () => {
    let screen = "";
    const stream = { rows: 4, write: (text: string) => ((screen = text), true) } as unknown as NodeJS.WriteStream;
    const progress = terminalProgress(stream);
    const tasks = ["one", "two", "three", "four"].map((name) => progress.start(name));
    tasks[0]?.update("waits for four");
    tasks[3]?.update("building");
    tasks[1]?.done("built");
    expect(screen.split("\n").slice(1)).to.deep.equal([
      "• four: building, 0 s",
      "• one: waits for four, 0 s",
      "  and 1 more",
      "",
    ]);
    for (const task of tasks) task.done("built");
  });

  it("keeps one line a task on a terminal, cut to its width", () => {
    let screen = "";
    const stream = { columns: 30, write: (text: string) => ((screen += text), true) } as unknown as NodeJS.WriteStream;
    const progress = terminalProgress(stream);
    const one = progress.start("one");
    const two = progress.start("two");
    two.update("a very long story that does not fit the line");
    one.done("built");
    expect(screen).to.match(/✓ one: built, 0 s\n• two: a very long story that/);
    two.fail("lost");
    const lines = screen.split("\n").map((line) => line.replaceAll(/\x1b\[\d+\w/g, ""));
    expect(lines.every((line) => line.length < 30)).to.equal(true);
    expect(screen.trimEnd().endsWith("✗ two: lost, 0 s")).to.equal(true);
  });
});
