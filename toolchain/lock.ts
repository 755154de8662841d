import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheHome } from "./home";

/**
 * Runs `work` while no other process (nor other caller in this one) runs work under the same name.
 *
 * The lock is a listening socket: the kernel lets go of it when its holder dies, however it dies, so no stale lock can
 * be left behind. Those who wait hold a connection to it and wake when that closes.
 *
 * @param name What is locked: something of the cache folder, or an absolute path, which is one for every cache folder.
 * @param onWait Called once when somebody else holds the lock.
 * @param signal Ends the wait, not the work.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  onWait?: () => void,
  signal?: AbortSignal,
): Promise<T> {
  const id = `kubeflow-stack-${createHash("sha256").update(resolve(cacheHome, name)).digest("hex").slice(0, 24)}`;
  // Linux has sockets without a file, which cannot outlive their holder; elsewhere a dead holder's file is removed.
  const address = process.platform === "linux" ? `\0${id}` : join(tmpdir(), `${id}.sock`);
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const held = await listen(address);
    if (held) {
      try {
        return await work();
      } finally {
        await held.release();
      }
    }
    if (!told) onWait?.();
    told = true;
    const wasAlive = await untilReleased(address, signal);
    if (!wasAlive && !address.startsWith("\0")) rmSync(address, { force: true });
  }
}

async function listen(address: string): Promise<{ release(): Promise<void> } | undefined> {
  const server: Server = createServer();
  const waiting = new Set<Socket>();
  server.on("connection", (socket) => waiting.add(socket.on("error", () => undefined)));
  const held = await new Promise<boolean>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    server.listen(address, () => resolve(true));
  });
  if (!held) return undefined;
  // A process that has nothing else to do may end and let go.
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of waiting) socket.destroy();
      }),
  };
}

function untilReleased(address: string, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let connected = false;
    connect({ path: address, ...(signal ? { signal } : {}) }, () => (connected = true))
      .on("error", () => undefined)
      .on("close", () => resolve(connected));
  });
}
