import { expect } from "chai";
import { checkObjects } from "../../../infra/manifests/check";
import { normalize } from "../../../infra/manifests/normalize";
import { type KubernetesObject, identity, mapsAt } from "../../../infra/objects/object";
import { dropNamespaces } from "../../../infra/manifests/scope";
import { applyEverywhere, applyPatches, drop, of, patch } from "../../../infra/objects/patch";
import { stageOf } from "../../../infra/manifests/stages";
import { parseYaml } from "../../../infra/manifests/yaml";

const object = (kind: string, name: string, more: Partial<KubernetesObject> = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "n" },
  ...more,
});

describe("manifests", () => {
  describe("YAML as kubectl reads it", () => {
    it("takes 0644 as octal and dates as text", () => {
      const [value] = parseYaml("mode: 0644\nday: 2020-01-01\nport: 10:30\n", "a file");
      expect(value).to.deep.equal({ mode: 420, day: "2020-01-01", port: "10:30" });
    });

    it("leaves out empty documents", () => {
      expect(parseYaml("---\n# nothing\n---\na: 1\n---\n", "a file")).to.deep.equal([{ a: 1 }]);
    });

    it("names the file that cannot be read", () => {
      expect(() => parseYaml("a: [", "base/x.yaml")).to.throw("base/x.yaml is not valid YAML");
    });
  });

  describe("objects before they are registered", () => {
    it("have every fault of a list reported at once", () => {
      const { faults } = checkObjects("product", [
        { apiVersion: "v1", kind: "ConfigMap", metadata: {} },
        { kind: "Secret", metadata: { name: "s" } },
        object("Service", "twice"),
        object("Service", "twice"),
        "text",
      ]);
      expect(faults).to.have.length(4);
      expect(faults.join("\n"))
        .to.include("object 1, a ConfigMap, has no name")
        .and.include("object 2, a Secret, has no apiVersion")
        .and.include("object 5, a document, has no content")
        .and.include("Service n/twice is there 2 times");
    });

    it("are taken out of lists", () => {
      const { objects, faults } = checkObjects("product", [
        { apiVersion: "v1", kind: "List", items: [object("Service", "a"), object("Service", "b")] },
      ]);
      expect(faults).to.be.empty;
      expect(objects.map(identity)).to.deep.equal(["Service n/a", "Service n/b"]);
    });

    it("may have the same name in another API group", () => {
      const objects = [object("Service", "a"), object("Service", "a", { apiVersion: "serving.knative.dev/v1" })];
      expect(checkObjects("product", objects).faults).to.be.empty;
    });
  });

  describe("normalizing", () => {
    it("declares nothing that a controller fills in", () => {
      const role = object("ClusterRole", "r", { aggregationRule: {}, rules: [], status: {} });
      role.metadata["creationTimestamp"] = null;
      expect(normalize(role)).to.have.all.keys("apiVersion", "kind", "metadata", "aggregationRule");
      expect(role.metadata).not.to.have.property("creationTimestamp");
    });

    for (const placeholder of ["", "Cg==", null]) {
      it(`drops the CA placeholder ${JSON.stringify(placeholder)}`, () => {
        const webhooks = [{ name: "w", clientConfig: { caBundle: placeholder, service: {} } }];
        const [webhook] = mapsAt(normalize(object("MutatingWebhookConfiguration", "m", { webhooks })), "webhooks");
        expect(webhook?.["clientConfig"]).to.deep.equal({ service: {} });
      });
    }

    it("keeps the rules of a role that aggregates nothing, and a real CA", () => {
      const rules = [{ verbs: ["get"] }];
      expect(normalize(object("ClusterRole", "r", { rules }))["rules"]).to.equal(rules);
      const webhooks = [{ clientConfig: { caBundle: "LS0t" } }];
      const [webhook] = mapsAt(normalize(object("ValidatingWebhookConfiguration", "v", { webhooks })), "webhooks");
      expect(webhook?.["clientConfig"]).to.deep.equal({ caBundle: "LS0t" });
    });
  });

  describe("a Secret that a controller fills", () => {
    it("leaves out empty lists and maps, which the API server drops, but not those that mean something", () => {
      const role = normalize(object("ClusterRole", "r", { rules: [], metadata: { name: "r", labels: {} } }));
      expect(role).to.not.have.property("rules");
      expect(normalize(object("Secret", "s", { data: {} }))).to.not.have.property("data");
      const spec = { podSelector: {}, ingress: [] };
      expect(normalize(object("NetworkPolicy", "n", { spec }))["spec"]).to.deep.equal(spec);
      expect(normalize(object("Custom", "c", { spec: {} }))).to.have.property("spec");
    });

    it("declares its type, so that it is known who writes the rest", () => {
      expect(normalize(object("Secret", "certificate"))["type"]).to.equal("Opaque");
      expect(normalize(object("Secret", "given", { data: { key: "dGVzdA==" } }))).not.to.have.property("type");
      expect(normalize(object("Secret", "tls", { type: "kubernetes.io/tls" }))["type"]).to.equal("kubernetes.io/tls");
    });
  });

  describe("namespaces", () => {
    it("are dropped from objects of cluster-scoped kinds, of Kubernetes and of the CRDs beside them", () => {
      const scope = (kind: string, is: string) => {
        const names = { kind };
        return object("CustomResourceDefinition", kind, { spec: { group: "", scope: is, names } });
      };
      const role = { ...object("ClusterRole", "r"), apiVersion: "rbac.authorization.k8s.io/v1" };
      const objects = [
        role,
        object("Wide", "w"),
        object("Narrow", "n"),
        scope("Wide", "Cluster"),
        scope("Narrow", "Namespaced"),
      ];
      dropNamespaces(objects);
      expect(objects.slice(0, 3).map(({ metadata }) => metadata["namespace"])).to.deep.equal([
        undefined,
        undefined,
        "n",
      ]);
    });
  });

  describe("patches", () => {
    const objects = [object("Service", "a"), object("Service", "b"), object("Secret", "c")];

    it("change what they select and leave the originals alone", () => {
      const { objects: patched, faults } = applyPatches("product", objects, [
        patch("label", of("Service", /^a/), (found) => {
          found.metadata["labels"] = { x: "y" };
        }),
        drop("no secrets", of("Secret")),
      ]);
      expect(faults).to.be.empty;
      expect(patched.map(identity)).to.deep.equal(["Service n/a", "Service n/b"]);
      expect(patched[0]?.metadata["labels"]).to.deep.equal({ x: "y" });
      expect(objects[0]?.metadata).not.to.have.property("labels");
    });

    it("are a fault when they find nothing", () => {
      const { faults } = applyPatches("product", objects, [drop("old thing", of("Deployment", "gone"))]);
      expect(faults.join("\n")).to.match(/^product: .*"old thing" found nothing .*patch\.$/);
    });
  });

  describe("patches for all products", () => {
    const manifests = [
      ["one", { objects: [object("Service", "a")] }],
      ["two", { objects: [object("Secret", "b")] }],
    ] as const;

    it("change what they select in whichever product has it", () => {
      const { manifests: patched, faults } = applyEverywhere(manifests, [drop("no secrets", of("Secret"))]);
      expect(faults).to.be.empty;
      expect(patched.map(([name, { objects }]) => [name, objects.map(identity)])).to.deep.equal([
        ["one", ["Service n/a"]],
        ["two", []],
      ]);
    });

    it("are a fault when they find nothing in any product", () => {
      const { faults } = applyEverywhere(manifests, [drop("old thing", of("Deployment"))]);
      expect(faults.join("\n")).to.match(/^The patch "old thing" found nothing .* any product/);
    });
  });

  describe("stages", () => {
    const own = new Set(["serving.kserve.io"]);
    const stages: [string, KubernetesObject][] = [
      ["namespace", object("Namespace", "n")],
      ["foundation", object("ServiceAccount", "s")],
      ["foundation", object("Certificate", "c", { apiVersion: "cert-manager.io/v1" })],
      ["workload", object("Deployment", "d", { apiVersion: "apps/v1" })],
      ["webhook", object("MutatingWebhookConfiguration", "m")],
      ["custom", object("ServingRuntime", "r", { apiVersion: "serving.kserve.io/v1alpha1" })],
    ];
    for (const [stage, example] of stages) {
      it(`has ${example.kind} in ${stage}`, () => {
        expect(stageOf(example, own)).to.equal(stage);
      });
    }
  });
});
