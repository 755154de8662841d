/** The stack's object store where its pod is simulated: the same server, run on this machine with the credentials in the cluster. */
import type { ApiServer } from "../cluster/apiServer";
import { freePorts } from "../machine/ports";
import { startMinio, type TestServer } from "../cluster/servers";

export interface SimulatedObjectStore {
  readonly url: string;
  stop(): Promise<void>;
}

const PAUSE_MS = 250;

/**
 * Does for MinIO what a kubelet would: starts it when its Secret is there, anew when that changes, and ends it, its data gone,
 * when that is deleted.
 */
export async function startObjectStore(server: ApiServer): Promise<SimulatedObjectStore> {
  const [port = 0, consolePort = 0] = await freePorts(2);
  let running: { credentials: string; minio: TestServer } | undefined;
  let stopped = false;

  const follow = async (): Promise<void> => {
    const credentials = await credentialsOf(server);
    const wanted = credentials && JSON.stringify(credentials);
    if (wanted === running?.credentials) return;
    await running?.minio.stop();
    running = undefined;
    if (credentials && wanted)
      running = { credentials: wanted, minio: await startMinio({ ...credentials, port, consolePort }) };
  };
  const loop = (async () => {
    while (!stopped) {
      await follow();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await running?.minio.stop();
  })();
  // What goes wrong is thrown by `stop`; until then it is no unhandled rejection.
  loop.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      stopped = true;
      return loop;
    },
  };
}

async function credentialsOf(server: ApiServer): Promise<{ accessKey: string; secretKey: string } | undefined> {
  const secret = await server.request("GET", "/api/v1/namespaces/kubeflow/secrets/minio-root").catch((error: Error) => {
    if (/: 404 /.test(error.message)) return undefined;
    throw error;
  });
  if (secret === undefined) return undefined;
  const { user = "", password = "" } = secret["data"] as Readonly<Record<string, string>>;
  const text = (encoded: string): string => Buffer.from(encoded, "base64").toString();
  return { accessKey: text(user), secretKey: text(password) };
}
