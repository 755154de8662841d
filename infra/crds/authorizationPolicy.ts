import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

type Texts = readonly pulumi.Input<string>[];

/** Who a request comes from: all that is given must hold, each by any of its values. Values may begin or end with `*`. */
export interface RequestSource {
  /** Identities of the mesh: `cluster.local/ns/NAMESPACE/sa/SERVICE_ACCOUNT`. */
  readonly principals?: Texts;
  readonly notPrincipals?: Texts;
  /** Identities of a token: `ISSUER/SUBJECT`. */
  readonly requestPrincipals?: Texts;
  readonly notRequestPrincipals?: Texts;
  readonly namespaces?: Texts;
  readonly notNamespaces?: Texts;
  /** Addresses and networks of the connection's other end, as in `10.0.0.0/8`. */
  readonly ipBlocks?: Texts;
  readonly notIpBlocks?: Texts;
  /** Addresses and networks of who asked first, as proxies pass them on. */
  readonly remoteIpBlocks?: Texts;
  readonly notRemoteIpBlocks?: Texts;
}

/** What a request asks for: all that is given must hold, each by any of its values. Values may begin or end with `*`. */
export interface RequestOperation {
  readonly hosts?: Texts;
  readonly notHosts?: Texts;
  /** As text, as in `"8080"`. */
  readonly ports?: Texts;
  readonly notPorts?: Texts;
  readonly methods?: Texts;
  readonly notMethods?: Texts;
  readonly paths?: Texts;
  readonly notPaths?: Texts;
}

/** One of these must hold for the policy to apply: any source, any operation, every condition. */
export interface AuthorizationRule {
  readonly from?: readonly { readonly source: RequestSource }[];
  readonly to?: readonly { readonly operation: RequestOperation }[];
  readonly when?: readonly {
    /** An attribute, as in `request.headers[kubeflow-userid]`. */
    readonly key: pulumi.Input<string>;
    readonly values?: Texts;
    readonly notValues?: Texts;
  }[];
}

export interface AuthorizationPolicyArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** `CUSTOM` asks `provider`. Default `ALLOW`; an `ALLOW` without rules lets nothing through, a `DENY` without rules lets everything. */
    readonly action?: pulumi.Input<"ALLOW" | "DENY" | "AUDIT" | "CUSTOM">;
    /** Who is asked for action `CUSTOM`: an extension provider of the mesh's configuration. */
    readonly provider?: { readonly name: pulumi.Input<string> };
    /** Pods by label. Default: all of the namespace, and in Istio's root namespace all of the mesh. Not together with `targetRefs`. */
    readonly selector?: { readonly matchLabels: TextMap };
    /** Services and Gateways by name. Not together with `selector`. */
    readonly targetRefs?: readonly {
      /** The API group; "" for Services. */
      readonly group?: pulumi.Input<string>;
      readonly kind: pulumi.Input<"Service" | "Gateway" | "GatewayClass" | "ServiceEntry">;
      readonly name: pulumi.Input<string>;
    }[];
    readonly rules?: readonly AuthorizationRule[];
  };
}

/** Who may ask pods for what (Istio). */
export class AuthorizationPolicy extends TypedResource {
  constructor(name: string, args: AuthorizationPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy" }, name, args, opts);
  }
}
