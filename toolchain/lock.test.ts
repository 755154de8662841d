import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { withLock } from "./lock";

const root = join(__dirname, "..");

/** Another process that holds the lock until it is killed. */
async function holder(name: string, env: NodeJS.ProcessEnv = process.env): Promise<ChildProcess> {
  const program = `
    require(${JSON.stringify(join(root, "toolchain/lock.ts"))})
      .withLock(${JSON.stringify(name)}, () => { console.log("held"); setInterval(() => undefined, 1000); return new Promise(() => undefined); });
  `;
  const child = spawn(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", program], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("toolchain lock", function () {
  // One of these starts a process.
  this.timeout(60_000);

  it("lets one holder work at a time, in turn, and is released after a failure", async () => {
    let inside = 0;
    const order: number[] = [];
    const work = (number: number) => async (): Promise<number> => {
      expect(++inside).to.equal(1);
      await new Promise(setImmediate);
      order.push(number);
      inside--;
      if (number === 2) throw new Error("two");
      return number;
    };
    const results = await Promise.allSettled([1, 2, 3, 4].map((number) => withLock("test in turn", work(number))));
    expect(order.sort()).to.deep.equal([1, 2, 3, 4]);
    expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  it("does not make different names wait for each other", async () => {
    const result = await withLock("test outer", () => withLock("test inner", () => Promise.resolve("both")));
    expect(result).to.equal("both");
  });

  it("is the same for a path in every cache folder, and waits no longer than its deadline", async () => {
    const name = join(root, `test path ${process.pid}`);
    const child = await holder(name, { ...process.env, XDG_CACHE_HOME: join(root, "elsewhere") });
    const stop = new AbortController();
    try {
      const mine = withLock(
        name,
        () => Promise.resolve("entered"),
        () => stop.abort(),
        stop.signal,
      );
      expect(await mine.catch((error: unknown) => (error as Error).name)).to.equal("AbortError");
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("waits for another process, and not for a dead one", async () => {
    const name = `test killed ${process.pid}`;
    const child = await holder(name);
    try {
      let waited: () => void = () => undefined;
      const waiting = new Promise<void>((resolve) => (waited = resolve));
      let entered = false;
      const mine = withLock(name, () => Promise.resolve((entered = true)), waited);
      await waiting;
      expect(entered).to.equal(false);
      child.kill("SIGKILL");
      expect(await mine).to.equal(true);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
