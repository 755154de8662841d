import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from "node:crypto";

/** Who asks dex for users: what oauth2-proxy is given. */
export interface OidcClient {
  readonly id: string;
  readonly secret: string;
}

/** What dex says of a user. */
export interface Claims {
  readonly email: string;
  readonly groups?: readonly string[];
}

const callback = "/oauth2/callback";

/**
 * Signs a user in as a browser and oauth2-proxy do: to dex's form, back with a code, which the client changes for a token whose signature
 * is checked.
 * @param dexUrl - dex's address, without a path
 * @returns what the token says of the user; undefined where dex does not let the user in
 * @throws Error where dex does not take the client, or does anything but let in or refuse
 */
export async function signIn(
  dexUrl: string,
  client: OidcClient,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Claims | undefined> {
  const [state, proof] = [randomBytes(16).toString("hex"), randomBytes(32).toString("hex")];
  const asked = new URLSearchParams({
    client_id: client.id,
    redirect_uri: callback,
    response_type: "code",
    state,
    scope: "profile email groups openid",
    code_challenge_method: "S256",
    code_challenge: createHash("sha256").update(proof).digest("base64url"),
  });
  const browser = new Browser(dexUrl);
  const form = await browser.open(`/dex/auth?${asked.toString()}`);
  if (!form.isForm) throw new Error(`dex shows no form to log in at ${form.path}: ${form.text}`);
  const answer = await browser.open(form.path, new URLSearchParams({ login: email, password }));
  if (answer.isForm) return undefined;
  const back = new URL(answer.path, dexUrl).searchParams;
  const code = back.get("code");
  if (code === null || back.get("state") !== state) throw new Error(`dex leads to ${answer.path}: ${answer.text}`);
  const token = await fetch(new URL("/dex/token", dexUrl), {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: callback,
      code_verifier: proof,
    }),
  });
  const told = (await token.json()) as { id_token?: string };
  if (told.id_token === undefined) throw new Error(`dex gives no token (${token.status}): ${JSON.stringify(told)}`);
  return claimsOf(told.id_token, dexUrl);
}

/** Follows redirects within dex, with its cookies, up to the callback or a page. */
class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly root: string) {}

  /** @param form - posted, where there is one */
  async open(path: string, form?: URLSearchParams): Promise<{ path: string; text: string; isForm: boolean }> {
    const response = await fetch(new URL(path, this.root), {
      ...(form && { method: "POST", body: form }),
      headers: { cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") },
      redirect: "manual",
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      this.cookies.set(name, value);
    }
    const text = await response.text();
    const next = response.headers.get("location");
    if (next === null) return { path, text, isForm: text.includes('type="password"') };
    return next.startsWith(callback) ? { path: next, text, isForm: false } : this.open(next);
  }
}

async function claimsOf(token: string, dexUrl: string): Promise<Claims> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const { kid } = decode(head) as { kid: string };
  const { keys } = (await (await fetch(new URL("/dex/keys", dexUrl))).json()) as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const key = keys.find((one) => one.kid === kid);
  if (!key) throw new Error(`dex has signed with ${kid}, which is none of its keys.`);
  const isSound = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  if (!isSound) throw new Error("The token's signature is not dex's.");
  return decode(body) as Claims;
}

const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
