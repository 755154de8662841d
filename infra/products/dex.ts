import type * as pulumi from "@pulumi/pulumi";
import { parseDocument } from "yaml";
import { forImages } from "../../toolchain/images/define";
import { type Patch, drop, mapAt, of, patch, textAt } from "../objects";
import { dexKinds } from "./dexKinds";
import { oidcClient } from "./oidcClient";
import { restartedBy } from "./podPatches";
import type { OutputContext, Product, ProductSettings } from "./product";
import { passwordHashes, passwordOf, staticPassword } from "./users";

const namespace = "auth";

/**
 * https://github.com/dexidp/dex/releases/tag/v2.45.0 is dex in 26.03. No release of it is a Go module, but this later commit is, whose
 * server the tests run in its place.
 */
const version = "v0.0.0-20260806151424-ab64ed778070";
/** The image of that commit, which only tests run. */
export const dexTestImage = "ghcr.io/dexidp/dex:ab64ed778070";

/** Puts the configured users in the place of upstream's one. Pods read the file when they start. */
function knownUsers({ users }: ProductSettings): readonly Patch[] {
  const passwords = users.map(staticPassword);
  return [
    patch("the users", of("ConfigMap", "dex", namespace), (object) => {
      const data = mapAt(object, "data");
      if (!data) return;
      const config = parseDocument(textAt(data, "config.yaml"));
      config.set("staticPasswords", passwords);
      data["config.yaml"] = config.toString();
    }),
    restartedBy("the users", of("Deployment", "dex", namespace), JSON.stringify(passwords)),
  ];
}

/** The users' passwords, and of the first user all that a login needs. */
function logins({ settings: { users }, credentials, secret }: OutputContext): Record<string, pulumi.Input<unknown>> {
  const passwords = users.map((user) => {
    const { generated, length } = passwordOf(user);
    return [user.email, credentials.generate(generated, length).result] as const;
  });
  const [first] = passwords;
  if (!first) return {};
  return {
    dashboardUser: first[0],
    dashboardPassword: secret(first[1]),
    userPasswords: secret(Object.fromEntries(passwords)),
  };
}

/** Dex: identifies users by generated passwords. */
export const dex: Product = {
  name: "dex",
  profiles: ["full"],
  namespaces: [namespace],
  // Its pages are reached through the gateway.
  dependsOn: [{ product: "istio", mode: "ready" }],
  overlays: ["common/dex/overlays/oauth2-proxy"],
  sources: [{ kind: "inline", objects: dexKinds }],
  patches: [drop("upstream's well-known credentials", of("Secret", /^dex-(oidc-client|passwords)$/, namespace))],
  settingsPatches: knownUsers,
  secrets: [
    {
      name: "dex-oidc-client",
      namespace,
      content: { OIDC_CLIENT_ID: oidcClient.id, OIDC_CLIENT_SECRET: oidcClient.secret },
    },
    { name: "dex-passwords", namespace, content: ({ users }) => passwordHashes(users) },
  ],
  outputs: logins,
  report: [{ label: "Password", output: "dashboardPassword", isSecret: true }],
  recipes: {
    [dexTestImage]: {
      programs: {
        from: {
          name: "dex",
          tool: forImages(version, {
            kind: "go",
            workspace: "dex",
            version,
            sourceFiles: ["images/dex/main.go"],
            programs: { dex: "." },
            resolves: ["server", "storage/kubernetes"].map((name) => `github.com/dexidp/dex/${name}`),
          }),
        },
        at: { "/usr/local/bin/dex": "dex" },
      },
      config: { cmd: ["dex"], env: ["PATH=/usr/local/bin"], user: "1001" },
    },
  },
};
