import type { KubernetesObject } from "../objects";

/**
 * The kinds in which dex keeps its sessions and keys, each with its plural, from dex's storage/kubernetes/types.go. Upstream declares only
 * `authcodes`, and dex creates the others when it starts. Declared, they are deleted with the stack. The last two are of releases after
 * 2.45.
 */
const kinds: Readonly<Record<string, string>> = {
  AuthRequest: "authrequests",
  OAuth2Client: "oauth2clients",
  SigningKey: "signingkeies",
  RefreshToken: "refreshtokens",
  Password: "passwords",
  OfflineSessions: "offlinesessionses",
  Connector: "connectors",
  DeviceRequest: "devicerequests",
  DeviceToken: "devicetokens",
  UserIdentity: "useridentities",
  AuthSession: "authsessions",
};

const group = "dex.coreos.com";

/** The CRDs of dex that upstream leaves to dex. */
export const dexKinds: readonly KubernetesObject[] = Object.entries(kinds).map(([kind, plural]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
}));
