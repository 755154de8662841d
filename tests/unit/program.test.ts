import { expect } from "chai";
import { recordProgram, REDACTED, type Registered } from "../../cli/program";
import { nodePorts, publishedNames } from "../../infra/cluster/ports";

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { name: string; value?: unknown }[];
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((inner, key) => (Object(inner) as Record<string, unknown>)[key], value);

/** Pods that have to be more than a workload: the provisioner makes folders of the node's own. */
const privileged = new Set(["kubernetes:apps/v1:Deployment::cluster-storage-deployment"]);

// Every rule gives the labels of the resources that break it, so that a failure names them.
describe("the whole program", () => {
  let registered: Registered[];
  let objects: Registered[];
  let pods: { label: string; spec: PodSpec; containers: readonly Container[] }[];

  before(async () => {
    registered = await recordProgram({}, "dev");
    objects = registered.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
    pods = objects.flatMap(({ label, inputs }) => {
      const spec = at(inputs, "spec.template.spec") as PodSpec | undefined;
      if (!spec?.containers) return [];
      return [{ label, spec, containers: [...spec.containers, ...(spec.initContainers ?? [])] }];
    });
  });

  it("registers the node, the platform and the workload", () => {
    expect(registered.map(({ type }) => type)).to.include.members([
      "kubeflow-stack:cluster:LocalNode",
      "kubeflow-stack:images:ContainerImage",
      "kubernetes:serving.kserve.io/v1beta1:InferenceService",
      "kubernetes:batch/v1:Job",
    ]);
    expect(pods.length).to.be.greaterThan(8);
  });

  it("registers no resource twice under one URN", () => {
    const labels = registered.map(({ label }) => label);
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).to.be.empty;
  });

  it("lets no generated secret stand in clear", () => {
    const clear = (value: unknown, secrets: readonly string[], path: string): string[] => {
      if (secrets.some((secret) => path === secret || path.startsWith(`${secret}/`))) return [];
      if (typeof value === "string") return value.includes(REDACTED) ? [path] : [];
      if (typeof value !== "object" || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) => clear(inner, secrets, `${path}/${key}`));
    };
    const found = registered.flatMap(({ label, inputs, secrets }) =>
      clear(inputs, secrets, "").map((path) => `${label} ${path}`),
    );
    expect(found).to.be.empty;
  });

  it("knows none of upstream's passwords", () => {
    const known = /minio123|12341234|\bpassword\b *[:=] *["']?\w/i;
    expect(objects.filter(({ inputs }) => known.test(JSON.stringify(inputs))).map(({ label }) => label)).to.be.empty;
  });

  it("hands no secret to a container by a literal in its environment or arguments", () => {
    const found = pods.flatMap(({ label, containers }) =>
      containers.flatMap(({ name, env = [], args = [], command = [] }) => [
        ...env
          .filter((one) => /(SECRET_KEY|PASSWORD|TOKEN|ACCESS_KEY)$/.test(one.name) && one.value !== undefined)
          .map((one) => `${label} ${name} ${one.name}`),
        ...[...args, ...command].filter((word) => word.includes(REDACTED)).map((word) => `${label} ${name} ${word}`),
      ]),
    );
    expect(found).to.be.empty;
  });

  const containerRules: [string, (container: Container, pod: PodSpec) => boolean][] = [
    [
      "runs containers as a user that is not root",
      ({ securityContext: own }, { securityContext: pod }) => (own?.["runAsNonRoot"] ?? pod?.["runAsNonRoot"]) === true,
    ],
    [
      "keeps containers from gaining privileges",
      ({ securityContext }) => securityContext?.["allowPrivilegeEscalation"] === false,
    ],
    ["gives containers read-only roots", ({ securityContext }) => securityContext?.["readOnlyRootFilesystem"] === true],
    [
      "drops every capability",
      ({ securityContext }) => JSON.stringify(at(securityContext, "capabilities.drop")).toUpperCase() === '["ALL"]',
    ],
    ["names every image by a tag of its own", ({ image }) => /:(?!latest$)[\w.-]+(@sha256:\w+)?$/.test(image ?? "")],
  ];
  for (const [rule, holds] of containerRules)
    it(rule, () => {
      const found = pods
        .filter(({ label }) => !privileged.has(label))
        .flatMap(({ label, spec, containers }) =>
          containers.filter((container) => !holds(container, spec)).map(({ name }) => `${label} ${name}`),
        );
      expect(found).to.be.empty;
    });

  it("publishes the NodePorts it says and no other", () => {
    const ports = objects
      .filter(({ inputs }) => inputs["kind"] === "Service" && at(inputs, "spec.type") === "NodePort")
      .flatMap(({ inputs }) => (at(inputs, "spec.ports") as { nodePort?: number }[]).map(({ nodePort }) => nodePort));
    expect(ports).to.have.members(
      publishedNames({ profile: "core", knativeIngress: "none" }).map((name) => nodePorts[name]),
    );
  });

  it("leaves no rules to a ClusterRole that others aggregate into", () => {
    const found = objects.filter(({ inputs }) => "aggregationRule" in inputs && "rules" in inputs);
    expect(found.map(({ label }) => label)).to.be.empty;
  });
});
