import { createServer, type AddressInfo } from "node:net";

/**
 * Ports of 127.0.0.1 that nothing listens on now, all different.
 * @param count - how many
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", () => resolve())),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
