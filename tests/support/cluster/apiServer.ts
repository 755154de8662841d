/** A real Kubernetes API server with its etcd and nothing else: no node, no controllers, so objects stay as written. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as https from "node:https";
import { ensureTools } from "../../../infra/recipes";
import { freePorts } from "../machine/ports";
import { endProgram, startProgram } from "../machine/processes";

export interface ApiServerOptions {
  /** Whether controllers will come that make service accounts: pods then get theirs. Default: no. */
  readonly serviceAccounts?: boolean;
  /** The network of the services' addresses. Default: 198.19.0.0/16. */
  readonly serviceNetwork?: string;
}

/** A running API server. */
export interface ApiServer {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  /** A kubeconfig of an administrator, as text. */
  readonly kubeconfig: string;
  /** The kubeconfig's path. */
  readonly kubeconfigPath: string;
  /** The folder of its state and logs, which goes with it. */
  readonly folder: string;
  /** The key that signs service accounts' tokens, and the certificate that the server shows: paths. */
  readonly signingKeyPath: string;
  readonly certificatePath: string;
  /** Sends a request as the administrator; throws on an answer that is not a success. */
  request(method: string, path: string, body?: object, contentType?: string): Promise<Record<string, unknown>>;
  /** Ends both servers and removes their data. */
  stop(): Promise<void>;
}

const TOKEN = "the-administrator-of-the-tests";
const START_MS = 60_000;

/** Starts etcd and kube-apiserver on free loopback ports, with all state in a temporary folder. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const tools = await ensureTools(["etcd", "kube-apiserver"]);
  const folder = await mkdtemp(join(tmpdir(), "api-server-"));
  const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const children: ChildProcess[] = [];
  const run = (name: string, args: string[]) => startProgram(tools.bin(name), args, { folder, name });
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) await endProgram(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    children.push(
      await run("etcd", [
        `--data-dir=${join(folder, "etcd")}`,
        `--listen-client-urls=${etcdUrl}`,
        `--advertise-client-urls=${etcdUrl}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=default=${peerUrl}`,
        "--unsafe-no-fsync",
      ]),
    );
    await writeFile(join(folder, "tokens.csv"), `${TOKEN},admin,admin,"system:masters"\n`, { mode: 0o600 });
    const signingKeyPath = join(folder, "service-account.key");
    await writeFile(signingKeyPath, await signingKey(), { mode: 0o600 });
    children.push(
      await run("kube-apiserver", [
        `--etcd-servers=${etcdUrl}`,
        `--secure-port=${port}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        `--cert-dir=${join(folder, "certificates")}`,
        `--service-cluster-ip-range=${options.serviceNetwork ?? "198.19.0.0/16"}`,
        `--token-auth-file=${join(folder, "tokens.csv")}`,
        "--authorization-mode=RBAC",
        // Controllers make service accounts; without them every pod would be refused.
        ...(options.serviceAccounts ? [] : ["--disable-admission-plugins=ServiceAccount"]),
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${signingKeyPath}`,
        `--service-account-signing-key-file=${signingKeyPath}`,
      ]),
    );
    const url = `https://127.0.0.1:${port}`;
    await waitUntilReady(url, children, folder);
    const certificatePath = join(folder, "certificates", "apiserver.crt");
    const kubeconfig = kubeconfigFor(url, await readFile(certificatePath, "utf8"));
    const kubeconfigPath = join(folder, "kubeconfig");
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
    const request: ApiServer["request"] = (method, path, body, contentType) =>
      send(url, method, path, body, contentType);
    return { url, kubeconfig, kubeconfigPath, folder, signingKeyPath, certificatePath, request, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function signingKey(): Promise<string> {
  const { generateKeyPairSync } = await import("node:crypto");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

async function waitUntilReady(url: string, children: ChildProcess[], folder: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const ready = await send(url, "GET", "/readyz").then(
      () => true,
      () => false,
    );
    // The namespace is made by the server itself, a moment after it is ready.
    if (ready && (await send(url, "GET", "/api/v1/namespaces/default").catch(() => undefined)) !== undefined) return;
    const dead = children.some((child) => child.exitCode !== null);
    if (dead || Date.now() > deadline) {
      const log = await readFile(join(folder, "kube-apiserver.log"), "utf8").catch(() => "");
      throw new Error(`The API server did not become ready within ${START_MS / 1000} s:\n${log.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function kubeconfigFor(url: string, certificate: string): string {
  const authority = Buffer.from(certificate).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "tests",
    clusters: [{ name: "tests", cluster: { server: url, "certificate-authority-data": authority } }],
    users: [{ name: "admin", user: { token: TOKEN } }],
    contexts: [{ name: "tests", context: { cluster: "tests", user: "admin" } }],
  });
}

const agent = new https.Agent({ keepAlive: false, rejectUnauthorized: false });

function send(
  url: string,
  method: string,
  path: string,
  body?: object,
  contentType = "application/json",
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": contentType };
    const request = https.request(new URL(path, url), { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const code = response.statusCode ?? 0;
        if (code < 200 || code > 299) reject(new Error(`${method} ${path}: ${code} ${text.slice(0, 500)}`));
        else resolve(text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : { text });
      });
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
