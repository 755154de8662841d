/** An API server of a few lines, for tests of what goes over the wire; and a proxy to put before it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Decoded; `undefined` where there was none. */
  readonly body: unknown;
}

/** What to do with a request: answer it, reset the connection, or say nothing. */
export type Reaction =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | "reset"
  | "silence";

/** A certificate for 127.0.0.1 and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface FakeApi {
  /** `http://127.0.0.1:PORT`, or `https:` with a certificate. */
  readonly url: string;
  /** What was asked so far. */
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A certificate that signs itself. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  try {
    const [cert, key] = [join(folder, "cert"), join(folder, "key")];
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1";
    const names = "subjectAltName=IP:127.0.0.1,DNS:api.example.test";
    execFileSync("openssl", [...words.split(" "), "-addext", names, "-keyout", key, "-out", cert], { stdio: "pipe" });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts a server that reacts to each request as told. */
export async function startFakeApi(
  react: (request: SeenRequest, count: number) => Reaction,
  certificate?: Certificate,
): Promise<FakeApi> {
  const seen: SeenRequest[] = [];
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const { method = "", url: path = "", headers } = request;
      const one = { method, path, headers, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
      seen.push(one);
      const reaction = react(one, seen.length);
      if (reaction === "silence") return;
      if (reaction === "reset") {
        request.socket.resetAndDestroy();
        return;
      }
      response.writeHead(reaction.status, { "content-type": "application/json", ...reaction.headers });
      response.end(JSON.stringify(reaction.body ?? {}));
    });
  };
  const server = certificate ? https.createServer(certificate, listener) : http.createServer(listener);
  const port = await listen(server);
  return {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    seen,
    close: () => close(server),
  };
}

/** A Status object, as the API server refuses with it. */
export const refusal = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reaction => ({
  status,
  headers,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Refused", message },
});

/** A proxy that opens tunnels to wherever it is told, whatever host is asked for. */
export async function startProxy(target: string): Promise<{
  readonly url: string;
  /** `HOST:PORT` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request: http.IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? "");
    const onward = connect(Number(new URL(target).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("error", () => undefined);
    }
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    tunnels,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

async function close(server: http.Server | https.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

/** The text of a kubeconfig with one context. */
export const kubeconfigFor = (cluster: object, user: object = {}, context: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "one",
    contexts: [{ name: "one", context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
  });
