import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

/** How a text must be: the same, beginning so, or matching an RE2 expression as a whole. */
export type StringMatch =
  | { readonly exact: pulumi.Input<string> }
  | { readonly prefix: pulumi.Input<string> }
  | { readonly regex: pulumi.Input<string> };

/** What a request must be like for a route to take it: all that is given here must hold. */
export interface HttpMatch {
  /** Names the match in metrics and logs. */
  readonly name?: pulumi.Input<string>;
  readonly uri?: StringMatch;
  /** Default: case matters. */
  readonly ignoreUriCase?: pulumi.Input<boolean>;
  readonly method?: StringMatch;
  readonly scheme?: StringMatch;
  /** The host that was asked for. */
  readonly authority?: StringMatch;
  /** By name, in lower case. */
  readonly headers?: Readonly<Record<string, StringMatch>>;
  /** Headers that must not match. */
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  /** The port that was asked for, 1 to 65535. */
  readonly port?: pulumi.Input<number>;
  /** Gateways that it must come through. Default: the VirtualService's. */
  readonly gateways?: readonly pulumi.Input<string>[];
  /** Labels of the pods that it must come from; only inside the mesh. */
  readonly sourceLabels?: TextMap;
  /** The namespace that it must come from; only inside the mesh. */
  readonly sourceNamespace?: pulumi.Input<string>;
}

/** Changes to headers. */
export interface HeaderOperations {
  /** Set, whatever was there. */
  readonly set?: TextMap;
  /** Set beside what was there. */
  readonly add?: TextMap;
  readonly remove?: readonly pulumi.Input<string>[];
}

/** Changes to the headers of what goes there and of what comes back. */
export interface Headers {
  readonly request?: HeaderOperations;
  readonly response?: HeaderOperations;
}

/** A Service, and where the requests are shared out, its share. */
export interface HttpRouteDestination {
  readonly destination: {
    /** The Service's name; from another namespace in full, as in `page.digits.svc.cluster.local`. */
    readonly host: pulumi.Input<string>;
    /** Default: the Service's only port. */
    readonly port?: { readonly number: pulumi.Input<number> };
    /** A subset that a DestinationRule defines. */
    readonly subset?: pulumi.Input<string>;
  };
  /** Its share of the requests, in proportion to the others' weights. */
  readonly weight?: pulumi.Input<number>;
  readonly headers?: Headers;
}

/** What browsers let pages of other origins do. */
export interface CorsPolicy {
  readonly allowOrigins?: readonly StringMatch[];
  readonly allowMethods?: readonly pulumi.Input<string>[];
  readonly allowHeaders?: readonly pulumi.Input<string>[];
  readonly exposeHeaders?: readonly pulumi.Input<string>[];
  /** How long a browser may remember the answer: a duration as in `24h`. */
  readonly maxAge?: pulumi.Input<string>;
  readonly allowCredentials?: pulumi.Input<boolean>;
}

/** One rule; the first that matches takes the request. It has a `route` or a `redirect`. */
export interface HttpRoute {
  readonly name?: pulumi.Input<string>;
  /** Any of these must match. Default: every request does. */
  readonly match?: readonly HttpMatch[];
  readonly route?: readonly HttpRouteDestination[];
  readonly redirect?: {
    readonly uri?: pulumi.Input<string>;
    readonly authority?: pulumi.Input<string>;
    readonly scheme?: pulumi.Input<"http" | "https">;
    readonly port?: pulumi.Input<number>;
    /** An HTTP status. Default 301. */
    readonly redirectCode?: pulumi.Input<number>;
  };
  /** What the Service sees in place of what was asked for: in place of the prefix, where a prefix was matched. */
  readonly rewrite?: { readonly uri?: pulumi.Input<string>; readonly authority?: pulumi.Input<string> };
  /** How long a request may take: a duration as in `300s`. Default: no limit. */
  readonly timeout?: pulumi.Input<string>;
  readonly retries?: {
    /** How often at most. */
    readonly attempts: pulumi.Input<number>;
    /** How long each may take: a duration as in `2s`. Default: the route's `timeout`. */
    readonly perTryTimeout?: pulumi.Input<string>;
    /** When to try again: Envoy's names separated by commas, as in `gateway-error,connect-failure`. */
    readonly retryOn?: pulumi.Input<string>;
  };
  readonly headers?: Headers;
  readonly corsPolicy?: CorsPolicy;
}

export interface VirtualServiceArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** The hosts that it answers for; `*` for all. */
    readonly hosts: readonly pulumi.Input<string>[];
    /** The gateways that the requests come through, `namespace/name`; `mesh` for those from inside. Default: `mesh` alone. */
    readonly gateways?: readonly pulumi.Input<string>[];
    /** Namespaces that see it: `.` for its own, `*` for all. Default: all. */
    readonly exportTo?: readonly pulumi.Input<string>[];
    readonly http: readonly HttpRoute[];
  };
}

/** Where HTTP requests that come through a gateway or the mesh go (Istio). */
export class VirtualService extends TypedResource {
  constructor(name: string, args: VirtualServiceArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "networking.istio.io/v1", kind: "VirtualService" }, name, args, opts);
  }
}
