import { VirtualService, type VirtualServiceArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { metadata } from "./parts";

const changes = { set: { "x-set": "1" }, add: { "x-add": "1" }, remove: ["x-remove"] };
const headers = { request: changes, response: changes };

// A rule has a route or a redirect; typed together, they are split below.
const rule: Whole<VirtualServiceArgs["spec"]["http"][number]> = {
  name: "page",
  match: [
    {
      name: "page",
      uri: { prefix: "/digits/" },
      ignoreUriCase: true,
      method: { exact: "GET" },
      scheme: { exact: "http" },
      authority: { regex: ".*\\.example\\.org" },
      headers: { "kubeflow-userid": { regex: ".+" } },
      withoutHeaders: { "x-internal": { exact: "yes" } },
      queryParams: { version: { exact: "2" } },
      port: 80,
      gateways: ["kubeflow/kubeflow-gateway"],
      sourceLabels: { app: "page" },
      sourceNamespace: "team",
    },
  ],
  route: [
    {
      destination: { host: "page.digits.svc.cluster.local", port: { number: 80 }, subset: "v1" },
      weight: 100,
      headers,
    },
  ],
  redirect: { uri: "/digits/", authority: "example.org", scheme: "https", port: 443, redirectCode: 308 },
  rewrite: { uri: "/", authority: "page" },
  timeout: "300s",
  retries: { attempts: 3, perTryTimeout: "2s", retryOn: "gateway-error,connect-failure" },
  headers,
  corsPolicy: {
    allowOrigins: [{ exact: "https://example.org" }],
    allowMethods: ["GET"],
    allowHeaders: ["x-header"],
    exposeHeaders: ["x-header"],
    maxAge: "24h",
    allowCredentials: true,
  },
};
const { redirect, ...routed } = rule;

const args: VirtualServiceArgs = {
  metadata,
  spec: {
    hosts: ["*"],
    gateways: ["kubeflow/kubeflow-gateway", "mesh"],
    exportTo: ["."],
    http: [routed, { redirect }],
  } satisfies Whole<Omit<VirtualServiceArgs["spec"], "http">> & { http: unknown },
};

const operations = ["request", "response"].flatMap((way) => [`${way}/set`, `${way}/add`]);

export const virtualService: Example = {
  kind: "VirtualService",
  make: () => new VirtualService("example", args),
  maps: [
    ...["headers", "withoutHeaders", "queryParams", "sourceLabels"].map((map) => `/spec/http/0/match/0/${map}`),
    ...operations.flatMap((map) => [`/spec/http/0/headers/${map}`, `/spec/http/0/route/0/headers/${map}`]),
  ],
  wrong: {
    "/spec/http/0/match/0/uri": { exact: "/", prefix: "/" },
    "/spec/http/0/retries/attempts": "three",
    "/spec/http/0/route/0/destination": { port: { number: 80 } },
    "/spec/http/1/redirect/redirectCode": -1,
  },
};
