import { AuthorizationPolicy, type AuthorizationPolicyArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { metadata } from "./parts";

const whole: Whole<AuthorizationPolicyArgs> = {
  metadata,
  spec: {
    action: "CUSTOM",
    provider: { name: "oauth2-proxy" },
    selector: { matchLabels: { app: "page" } },
    targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "page" }],
    rules: [
      {
        from: [
          {
            source: {
              principals: ["cluster.local/ns/istio-system/sa/istio-ingressgateway"],
              notPrincipals: ["*/nobody"],
              requestPrincipals: ["*"],
              notRequestPrincipals: ["issuer/subject"],
              namespaces: ["team"],
              notNamespaces: ["others"],
              ipBlocks: ["10.0.0.0/8"],
              notIpBlocks: ["10.1.0.0/16"],
              remoteIpBlocks: ["192.0.2.0/24"],
              notRemoteIpBlocks: ["192.0.2.1"],
            },
          },
        ],
        to: [
          {
            operation: {
              hosts: ["example.org"],
              notHosts: ["internal.example.org"],
              ports: ["8080"],
              notPorts: ["9090"],
              methods: ["GET"],
              notMethods: ["DELETE"],
              paths: ["/digits/*"],
              notPaths: ["/digits/admin/*"],
            },
          },
        ],
        when: [{ key: "request.headers[kubeflow-userid]", values: ["a@example.org"], notValues: ["b@example.org"] }],
      },
    ],
  },
};
// A policy is for pods or for targets, not both.
const { targetRefs: _targetRefs, ...forPods } = whole.spec;
const { selector: _selector, ...forTargets } = whole.spec;

export const authorizationPolicy: Example = {
  kind: "AuthorizationPolicy",
  make: () => new AuthorizationPolicy("example", { metadata, spec: forPods }),
  maps: ["/spec/selector/matchLabels"],
  wrong: { "/spec/action": "MAYBE", "/spec/rules/0/to/0/operation/ports": [8080], "/spec/provider": "oauth2-proxy" },
};

export const authorizationPolicyOfTargets: Example = {
  kind: "AuthorizationPolicy of targets",
  make: () => new AuthorizationPolicy("example", { metadata, spec: forTargets }),
  wrong: { "/spec/targetRefs": [{ kind: "Gateway" }], "/spec/targetRefs/0/kind": "1Gateway" },
};
