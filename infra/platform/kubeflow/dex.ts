import * as k8s from "@pulumi/kubernetes";
import { parseDocument } from "yaml";
import { type Patch, drop, mapAt, of, patch, textAt } from "../../manifests";
import type { Settings } from "../../settings";
import { restartedBy } from "../podPatches";
import type { Product } from "../product";
import { dexKinds } from "./dexKinds";
import { oidcClient } from "./oidcClient";
import { passwordHashes, staticPassword } from "./users";

const namespace = "auth";

/** Puts the users where upstream has its one. Pods read the file when they start. */
function knownUsers(users: Settings["users"]): readonly Patch[] {
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

/**
 * Dex: who users are. Their passwords and its client's secret are generated.
 * Needs Istio, for the way to its pages. Ready when its pods are.
 */
export const dex: Product = {
  name: "dex",
  namespaces: [namespace],
  overlays: ["common/dex/overlays/oauth2-proxy"],
  sources: [{ kind: "inline", objects: dexKinds }],
  needs: ["istio"],
  patches: [drop("upstream's well-known credentials", of("Secret", /^dex-(oidc-client|passwords)$/, namespace))],
  configured: ({ users }) => knownUsers(users),
  secrets(context, opts) {
    const client = oidcClient(context);
    return [
      new k8s.core.v1.Secret(
        "dex-oidc-client",
        {
          metadata: { name: "dex-oidc-client", namespace },
          stringData: { OIDC_CLIENT_ID: client.id, OIDC_CLIENT_SECRET: client.secret },
        },
        opts,
      ),
      new k8s.core.v1.Secret(
        "dex-passwords",
        { metadata: { name: "dex-passwords", namespace }, stringData: passwordHashes(context) },
        opts,
      ),
    ];
  },
};
