/**
 * cert-manager's objects but its CRDs, which upstream ships as a Helm chart only.
 * Upstream's chart: https://github.com/cert-manager/cert-manager/tree/v1.11.5/deploy/charts/cert-manager
 */
import type { Json, JsonMap, KubernetesObject } from "../objects";

const namespace = "cert-manager";
const rbac = "rbac.authorization.k8s.io";
const certs = ["cert-manager.io"];
const acme = ["acme.cert-manager.io"];
const reading = ["get", "list", "watch"];

/** The programs of cert-manager. */
export type Component = "controller" | "webhook" | "cainjector";

const fullName = (component: Component): string =>
  component === "controller" ? "cert-manager" : `cert-manager-${component}`;
const labels = (component: Component): JsonMap => ({
  app: fullName(component),
  "app.kubernetes.io/name": fullName(component),
  "app.kubernetes.io/instance": "cert-manager",
  "app.kubernetes.io/component": component,
});
const selector = ({ app: _, ...others }: JsonMap): JsonMap => others;

function rule(apiGroups: readonly string[], resources: string[], verbs: string[], names?: string[]): JsonMap {
  return { apiGroups: [...apiGroups], resources, verbs, ...(names ? { resourceNames: names } : {}) };
}

/** What each program may do in the whole cluster. */
const clusterRules: Readonly<Record<Component, JsonMap[]>> = {
  controller: [
    rule(
      certs,
      ["issuers", "clusterissuers", "certificates", "certificaterequests"],
      [...reading, "create", "update", "patch", "delete"],
    ),
    rule(
      certs,
      ["issuers/status", "clusterissuers/status", "certificates/status", "certificaterequests/status"],
      ["update", "patch"],
    ),
    rule(certs, ["certificates/finalizers", "certificaterequests/finalizers"], ["update"]),
    rule(certs, ["signers"], ["approve"], ["issuers.cert-manager.io/*", "clusterissuers.cert-manager.io/*"]),
    rule(acme, ["orders", "challenges"], [...reading, "create", "update", "patch", "delete"]),
    rule(acme, ["orders/status", "challenges/status"], ["update", "patch"]),
    rule(acme, ["orders/finalizers", "challenges/finalizers"], ["update"]),
    rule([""], ["secrets"], [...reading, "create", "update", "patch", "delete"]),
    rule([""], ["pods", "services"], [...reading, "create", "delete"]),
    rule([""], ["events"], ["create", "patch"]),
    rule(["networking.k8s.io"], ["ingresses"], [...reading, "create", "update", "delete"]),
    rule(["networking.k8s.io"], ["ingresses/finalizers"], ["update"]),
    rule(["gateway.networking.k8s.io"], ["gateways", "httproutes"], [...reading, "create", "update", "delete"]),
    rule(["gateway.networking.k8s.io"], ["gateways/finalizers", "httproutes/finalizers"], ["update"]),
    rule(["certificates.k8s.io"], ["certificatesigningrequests"], [...reading, "update"]),
    rule(["certificates.k8s.io"], ["certificatesigningrequests/status"], ["update", "patch"]),
    rule(
      ["certificates.k8s.io"],
      ["signers"],
      ["sign"],
      ["issuers.cert-manager.io/*", "clusterissuers.cert-manager.io/*"],
    ),
    rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
  ],
  webhook: [rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"])],
  cainjector: [
    rule(certs, ["certificates"], reading),
    rule([""], ["secrets"], reading),
    rule([""], ["events"], ["get", "create", "update", "patch"]),
    rule(
      ["admissionregistration.k8s.io"],
      ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
      [...reading, "update", "patch"],
    ),
    rule(["apiregistration.k8s.io"], ["apiservices"], [...reading, "update", "patch"]),
    rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], [...reading, "update", "patch"]),
  ],
};

/** What each program may do in its own namespace. */
const ownRules: Readonly<Record<Component, JsonMap[]>> = {
  controller: [rule(["coordination.k8s.io"], ["leases"], ["get", "create", "update", "patch"])],
  webhook: [rule([""], ["secrets"], [...reading, "create", "update"])],
  cainjector: [rule(["coordination.k8s.io"], ["leases"], ["get", "create", "update", "patch"])],
};

const args: Readonly<Record<Component, string[]>> = {
  controller: [
    "--v=2",
    "--cluster-resource-namespace=$(POD_NAMESPACE)",
    "--leader-election-namespace=$(POD_NAMESPACE)",
    "--max-concurrent-challenges=60",
  ],
  webhook: [
    "--v=2",
    "--secure-port=10250",
    "--dynamic-serving-ca-secret-namespace=$(POD_NAMESPACE)",
    "--dynamic-serving-ca-secret-name=cert-manager-webhook-ca",
    ...["", ".$(POD_NAMESPACE)", ".$(POD_NAMESPACE).svc"].map(
      (rest) => `--dynamic-serving-dns-names=cert-manager-webhook${rest}`,
    ),
  ],
  cainjector: ["--v=2", "--leader-election-namespace=$(POD_NAMESPACE)"],
};

const ports: Readonly<Record<Component, JsonMap[]>> = {
  controller: [{ name: "http-metrics", containerPort: 9402, protocol: "TCP" }],
  webhook: [
    { name: "https", containerPort: 10250, protocol: "TCP" },
    { name: "healthcheck", containerPort: 6080, protocol: "TCP" },
  ],
  cainjector: [],
};

const probes: JsonMap = {
  livenessProbe: {
    httpGet: { path: "/livez", port: "healthcheck", scheme: "HTTP" },
    initialDelaySeconds: 60,
    periodSeconds: 10,
  },
  readinessProbe: { httpGet: { path: "/healthz", port: "healthcheck", scheme: "HTTP" } },
};

/** The objects of one program: its account, its rights, its pods. */
function program(component: Component, image: string): KubernetesObject[] {
  const name = fullName(component);
  const metadata = { name, namespace, labels: labels(component) };
  const cluster = { name, labels: labels(component) };
  const subjects: Json = [{ kind: "ServiceAccount", name, namespace }];
  const container: JsonMap = {
    name: `cert-manager-${component}`,
    image,
    args: args[component],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
    ...(ports[component].length > 0 ? { ports: ports[component] } : {}),
    ...(component === "webhook" ? probes : {}),
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: cluster, rules: clusterRules[component] },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: cluster,
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects,
    },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules: ownRules[component] },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects,
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(labels(component)) },
        template: {
          metadata: { labels: labels(component) },
          spec: { serviceAccountName: name, containers: [container] },
        },
      },
    },
  ];
}

function service(component: Component, port: JsonMap): KubernetesObject {
  const metadata = { name: fullName(component), namespace, labels: labels(component) };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: selector(labels(component)), ports: [port] },
  };
}

function webhook(
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
  path: string,
): KubernetesObject {
  const name = fullName("webhook");
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: {
      name,
      labels: labels("webhook"),
      annotations: { "cert-manager.io/inject-ca-from-secret": `${namespace}/${name}-ca` },
    },
    webhooks: [
      {
        name: "webhook.cert-manager.io",
        rules: [
          { apiGroups: [...certs, ...acme], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["*/*"] },
        ],
        admissionReviewVersions: ["v1"],
        matchPolicy: "Equivalent",
        timeoutSeconds: 10,
        failurePolicy: "Fail",
        sideEffects: "None",
        clientConfig: { service: { name, namespace, path } },
      },
    ],
  };
}

/** Roles that add cert-manager's kinds to the cluster's own `view`, `edit` and `admin`. */
function userRole(name: "view" | "edit", verbs: string[], into: string[]): KubernetesObject {
  const aggregate = Object.fromEntries(into.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, "true"]));
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: `cert-manager-${name}`, labels: { ...labels("controller"), ...aggregate } },
    rules: [
      rule(certs, ["certificates", "certificaterequests", "issuers"], verbs),
      rule(acme, ["challenges", "orders"], verbs),
    ],
  };
}

/** Everything that cert-manager needs beside its CRDs. */
export const certManagerObjects = (images: Readonly<Record<Component, string>>): readonly KubernetesObject[] => [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  ...(["controller", "cainjector", "webhook"] as const).flatMap((component) => program(component, images[component])),
  userRole("view", reading, ["view", "edit", "admin"]),
  userRole("edit", ["create", "delete", "deletecollection", "patch", "update"], ["edit", "admin"]),
  service("controller", { name: "tcp-prometheus-servicemonitor", port: 9402, protocol: "TCP", targetPort: 9402 }),
  service("webhook", { name: "https", port: 443, protocol: "TCP", targetPort: "https" }),
  webhook("MutatingWebhookConfiguration", "/mutate"),
  webhook("ValidatingWebhookConfiguration", "/validate"),
];
