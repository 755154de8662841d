import { expect } from "chai";
import { catalog } from "../../catalog";
import { recordProgram } from "../../engine/program";
import type { RecordedResource } from "../../engine/recorder";
import { portMappings } from "../../infra/endpoints";
import { distribution, needsDistribution } from "../support/kubeflow/distribution";
import {
  aggregatedWithRules,
  at,
  type Container,
  inClear,
  knownPasswords,
  literalSecrets,
  nodePortsOf,
  objectsOf,
  type Pods,
  podsOf,
  type PodSpec,
  repeated,
  secretsInCommands,
} from "../support/program/programRules";

/** Pods that have to be more than a workload: the provisioner makes folders of the node's own. */
const privileged = new Set(["kubernetes:apps/v1:Deployment::cluster-storage-deployment"]);

/** Programs of upstream's that take a password as an argument alone. */
const byArgumentAlone: readonly RegExp[] = [/ server --db_(user|password)=\$\(DBCONFIG_(USER|PASSWORD)\)$/];

/** What any profile has. */
const always = [
  "kubeflow-stack:cluster:LocalNode",
  "kubeflow-stack:images:ContainerImage",
  "kubernetes:serving.kserve.io/v1beta1:InferenceService",
  "kubernetes:batch/v1:Job",
];

// Every rule gives the labels of the resources that break it, so that a failure names them.
for (const { profile, types, pods: least } of [
  { profile: "core", types: always, pods: 8 },
  {
    profile: "full",
    types: [...always, "kubernetes:kubeflow.org/v1:Profile", "kubernetes:networking.istio.io/v1beta1:VirtualService"],
    pods: 40,
  },
] as const)
  describe(`the whole program of profile ${profile}`, () => {
    let configuration: Record<string, unknown>;
    let registered: RecordedResource[];
    let objects: RecordedResource[];
    let pods: Pods[];

    before(async function () {
      // Cold caches fetch kubectl first, and render overlays with it.
      this.timeout(30 * 60_000);
      if (profile === "full") await needsDistribution(this);
      configuration = profile === "core" ? {} : { profile, distribution: await distribution() };
      registered = await recordProgram(configuration, "dev");
      objects = objectsOf(registered);
      pods = podsOf(objects);
    });

    it("registers the node, the platform and the workload", () => {
      expect(registered.map(({ type }) => type)).to.include.members(types);
      expect(pods.length).to.be.greaterThan(least);
    });

    it("registers no resource twice under one URN", () => expect(repeated(registered)).to.be.empty);

    it("lets no generated secret stand in clear", () => expect(inClear(registered)).to.be.empty);

    it("knows none of upstream's passwords", () => expect(knownPasswords(objects)).to.be.empty);

    it("hands no secret to a container by a literal in its environment or arguments", () =>
      expect(literalSecrets(pods)).to.be.empty);

    it("lets no secret into a process list", () => {
      const found = secretsInCommands(pods).filter((one) => !byArgumentAlone.some((known) => known.test(one)));
      expect(found).to.be.empty;
    });

    it("publishes the NodePorts it says and no other", () => {
      const published = portMappings(catalog.endpoints, catalog.settings.parse(configuration, "dev"));
      expect(nodePortsOf(objects)).to.have.members(published.map(({ nodePort }) => nodePort));
    });

    it("leaves no rules to a ClusterRole that others aggregate into", () =>
      expect(aggregatedWithRules(objects)).to.be.empty);

    // What upstream's pods may do in profile full is upstream's to say.
    if (profile === "core") describe("in its pods", () => containersAreHeld(() => pods));
  });

function containersAreHeld(pods: () => readonly Pods[]): void {
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
      const found = pods()
        .filter(({ label }) => !privileged.has(label))
        .flatMap(({ label, spec, containers }) =>
          containers.filter((container) => !holds(container, spec)).map(({ name }) => `${label} ${name}`),
        );
      expect(found).to.be.empty;
    });
}
