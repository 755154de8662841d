import { expect } from "chai";
import { LiveQuestion } from "../../../workloads/digits/page/public/live";

/** Asks that are answered by hand, in any order. */
class Desk {
  readonly asked: {
    question: number;
    signal: AbortSignal;
    answer: (value: string) => void;
    fail: (fault: Error) => void;
  }[] = [];
  readonly answers: string[] = [];
  readonly faults: string[] = [];
  readonly live = new LiveQuestion<number, string>(
    (question, signal) =>
      new Promise((answer, fail) => {
        this.asked.push({ question, signal, answer, fail });
        this.seen?.();
      }),
    (answer) => {
      this.answers.push(answer);
    },
    (fault) => {
      this.faults.push((fault as Error).message);
    },
    0,
  );
  private seen: (() => void) | undefined;

  /** Resolves when the nth question has been asked. */
  async question(count: number): Promise<Desk["asked"][number]> {
    while (this.asked.length < count) await new Promise<void>((resolve) => (this.seen = resolve));
    return this.asked[count - 1]!;
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("LiveQuestion", () => {
  it("asks one thing at a time, and next about the latest state only", async () => {
    const desk = new Desk();
    desk.live.update(1);
    const first = await desk.question(1);
    desk.live.update(2);
    desk.live.update(3);
    await settled();
    expect(desk.asked.map(({ question }) => question)).to.deep.equal([1]);
    first.answer("one");
    const second = await desk.question(2);
    second.answer("three");
    await settled();
    expect(desk.asked.map(({ question }) => question)).to.deep.equal([1, 3]);
    expect(desk.answers).to.deep.equal(["one", "three"]);
    expect(desk.live.isBusy).to.equal(false);
  });

  it("aborts and drops what is forgotten", async () => {
    const desk = new Desk();
    desk.live.update(1);
    const first = await desk.question(1);
    desk.live.update(2);
    desk.live.forget();
    expect(first.signal.aborted).to.equal(true);
    first.answer("late");
    await settled();
    expect(desk.answers).to.deep.equal([]);
    expect(desk.asked).to.have.length(1);
  });

  it("asks anew after it has forgotten, though the old answer is still to come", async () => {
    const desk = new Desk();
    desk.live.update(1);
    const first = await desk.question(1);
    desk.live.forget();
    desk.live.update(2);
    const second = await desk.question(2);
    first.answer("old");
    second.answer("new");
    await settled();
    expect(desk.answers).to.deep.equal(["new"]);
    expect(desk.live.isBusy).to.equal(false);
  });

  it("tells of a fault and goes on", async () => {
    const desk = new Desk();
    desk.live.update(1);
    (await desk.question(1)).fail(new Error("gone"));
    await settled();
    expect(desk.faults).to.deep.equal(["gone"]);
    desk.live.update(2);
    (await desk.question(2)).answer("two");
    await settled();
    expect(desk.answers).to.deep.equal(["two"]);
  });

  it("keeps its distance", async () => {
    const times: number[] = [];
    await new Promise<void>((resolve) => {
      const live: LiveQuestion<number, void> = new LiveQuestion(
        () => Promise.resolve(),
        () => {
          times.push(performance.now());
          if (times.length < 3) live.update(0);
          else resolve();
        },
        () => undefined,
        20,
      );
      live.update(0);
    });
    // Each timer may fire up to two milliseconds early by this clock.
    expect(times[2]! - times[0]!).to.be.at.least(2 * (20 - 2));
  });
});
