import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What the server does with one file. */
export type Behaviour =
  /** Serves it, whole or from where it is asked to. */
  | "good"
  /** Sends half of what is asked for until `hangUp`, as often as `breaks` says; then serves the rest. */
  | "breaks"
  /** Hangs up half way whenever it is asked, and knows no ranges. */
  | "truncated"
  /** Sends half and then nothing more. */
  | "stalls"
  /** Never answers. */
  | "silent";

export interface Release {
  content: Buffer;
  behaviour: Behaviour;
  /** How many transfers break off. */
  breaks?: number;
  etag?: string;
}

export interface ReleaseServer {
  url: string;
  files: Map<string, Release>;
  /** Every request: its path and the range that it asked for. */
  requests: { path: string; range: string | undefined }[];
  /** Breaks off the transfers that are half done. */
  hangUp(): void;
  close(): Promise<void>;
}

export const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

/** A release server on loopback that can also misbehave. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, Release>();
  const requests: ReleaseServer["requests"] = [];
  const sockets = new Set<Socket>();
  const halves = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", range: request.headers.range });
    answer(files.get(request.url ?? ""), request, response, halves);
  });
  server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    requests,
    hangUp() {
      for (const response of halves) response.destroy();
      halves.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function answer(
  file: Release | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  halves: Set<ServerResponse>,
): void {
  if (!file) return void response.writeHead(404).end("nothing here");
  if (file.behaviour === "silent") return;
  const etag = file.etag ?? `"${sha256(file.content).slice(0, 8)}"`;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const ranges = file.behaviour === "good" || file.behaviour === "breaks";
  const start = ranges && asked && request.headers["if-range"] === etag ? Number(asked) : 0;
  if (start && start >= file.content.length) {
    return void response.writeHead(416, { "content-range": `bytes */${file.content.length}` }).end();
  }
  const body = file.content.subarray(start);
  response.writeHead(start ? 206 : 200, {
    "content-length": body.length,
    ...(ranges || file.etag ? { etag } : {}),
    ...(start ? { "content-range": `bytes ${start}-${file.content.length - 1}/${file.content.length}` } : {}),
  });
  const breaks = file.behaviour === "breaks" && (file.breaks ?? 0) > 0;
  if (file.behaviour === "truncated" || file.behaviour === "stalls" || breaks) {
    if (breaks) file.breaks = (file.breaks ?? 0) - 1;
    if (breaks) halves.add(response);
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
      if (file.behaviour === "truncated") response.destroy();
    });
    return;
  }
  response.end(body);
}
