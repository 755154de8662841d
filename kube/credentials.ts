/** Credentials of a kubeconfig's user, and how they are renewed. */
import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { bytesOf, says, type Entry, type KubeContext } from "./kubeconfig";
import { listAt, mapAt, textAt } from "./object";

/** What a request shows to say who sends it. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly cert?: RequestOptions["cert"];
  readonly key?: RequestOptions["key"];
}

/** Hands out credentials. */
export interface CredentialSource {
  /** Credentials that have not expired. */
  get(): Promise<Credentials>;
  /** Drops what is remembered, after the server refused it. Returns whether `get` may bring others then. */
  renew(): boolean;
}

/**
 * The source for a context's user: certificates, tokens and passwords in the kubeconfig or in files, login programs (`exec`), and
 * `auth-provider`.
 */
export function credentialSource(context: KubeContext): CredentialSource {
  const { user } = context;
  const identity = impersonation(user);
  const withIdentity = ({ headers, ...rest }: Credentials): Credentials => ({
    headers: { ...headers, ...identity },
    ...rest,
  });
  if (says(user, "exec")) return renewable(() => execCredentials(context), withIdentity);
  if (says(user, "auth-provider")) return renewable(() => providerCredentials(user), withIdentity);
  const cert = bytesOf(user, "client-certificate");
  const key = bytesOf(user, "client-key");
  return {
    get: () => {
      const token = tokenOf(user);
      const basic = textAt(user, "username") === "" ? undefined : basicOf(user);
      const authorization = token === "" ? basic : `Bearer ${token}`;
      return Promise.resolve(
        withIdentity({
          headers: { ...(authorization !== undefined && { authorization }) },
          ...(cert && key && { cert, key }),
        }),
      );
    },
    // A token's file may have been rewritten since it was read for the refused request.
    renew: () => says(user, "tokenFile"),
  };
}

function renewable(open: () => () => Promise<Credentials>, finish: (found: Credentials) => Credentials) {
  let ask = open();
  return {
    get: async () => finish(await ask()),
    renew: () => {
      ask = open();
      return true;
    },
  };
}

/** A token in the file takes precedence, as with kubectl. */
function tokenOf(user: Entry): string {
  const file = textAt(user, "tokenFile");
  return file === "" ? textAt(user, "token") : readFileSync(file, "utf8").trim();
}

const basicOf = (user: Entry): string =>
  `Basic ${Buffer.from(`${textAt(user, "username")}:${textAt(user, "password")}`).toString("base64")}`;

/** `as`, `as-uid`, `as-groups` and `as-user-extra`. */
function impersonation(user: Entry): Record<string, string | string[]> {
  const extra = Object.entries(mapAt(user, "as-user-extra")).map(([key, values]): [string, string[]] => [
    `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
    listAt(values).map(String),
  ]);
  const groups = listAt(user, "as-groups").map(String);
  return {
    ...(says(user, "as") && { "impersonate-user": textAt(user, "as") }),
    ...(says(user, "as-uid") && { "impersonate-uid": textAt(user, "as-uid") }),
    ...(groups.length > 0 && { "impersonate-group": groups }),
    ...Object.fromEntries(extra),
  };
}

/**
 * Runs the login program, anew when what it gave has expired. The library's module for that is loaded alone: the whole library takes a
 * second.
 */
function execCredentials({ name, cluster, user }: KubeContext): () => Promise<Credentials> {
  const exec = mapAt(user, "exec");
  const loaded = import("@kubernetes/client-node/dist/exec_auth.js").then(({ ExecAuth }) => new ExecAuth());
  return async () => {
    const library = await loaded;
    const options: RequestOptions = {};
    const env = [...listAt(exec, "env"), { name: "KUBERNETES_EXEC_INFO", value: execInfo(exec, cluster) }];
    try {
      await library.applyAuthentication({ name, exec: { ...exec, env } }, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      throw new Error(
        `The login program ${textAt(exec, "command")} of the kubeconfig's context ${name} failed (${reason}): run it by hand, and log in.`,
        { cause: error },
      );
    }
    return fromOptions(options);
  };
}

/** What a login program is told of its caller and, if it asks, of the cluster. */
function execInfo(exec: Entry, cluster: Entry): string {
  const { server, ...rest } = cluster;
  const info = { server, "certificate-authority-data": rest["certificate-authority-data"] };
  return JSON.stringify({
    apiVersion: textAt(exec, "apiVersion"),
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec["provideClusterInfo"] === true && { cluster: info }) },
  });
}

/** Logs in by what kubectl no longer knows (`oidc`, `gcp`, `azure`); this takes the whole library. */
function providerCredentials(user: Entry): () => Promise<Credentials> {
  const loaded = import("@kubernetes/client-node").then(({ KubeConfig }) => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "cluster", server: "https://localhost", skipTLSVerify: false },
      { name: "user", authProvider: mapAt(user, "auth-provider") },
    );
    return config;
  });
  return async () => {
    const options: RequestOptions = {};
    await (await loaded).applyToHTTPSOptions(options);
    return fromOptions(options);
  };
}

function fromOptions({ headers, cert, key }: RequestOptions): Credentials {
  return {
    headers: { ...(headers as Record<string, string> | undefined) },
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}
