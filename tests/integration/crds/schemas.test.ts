import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "chai";
import * as crds from "../../../infra/crds";
import { type JsonMap, textAt } from "../../../infra/manifests";
import { crdSchemas } from "../../support/customResources/crdSchemas";
import { type Example } from "../../support/customResources/example";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { examples } from "../../support/customResources/examples";
import { modelSchema } from "../../support/customResources/modelSchemas";
import { misspelt, mistyped, replaced } from "../../support/customResources/mutations";
import { recordResources } from "../../../engine/recorder";

describe("typed custom resources", () => {
  let schemas: ReadonlyMap<string, readonly JsonMap[]>;

  before(async function () {
    // Cold caches fetch the modules, kubectl and the clients' wheels first.
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    schemas = await crdSchemas();
  });

  it("have an example each", () => {
    const made = examples.map(({ kind }) => kind);
    expect(made).to.include.members(Object.keys(crds));
  });

  for (const example of examples) {
    describe(example.kind, () => {
      let object: JsonMap;
      let validators: readonly ValidateFunction[];

      before(async () => {
        const [resource] = await recordResources(example.make);
        object = resource?.inputs as JsonMap;
        const found = await schemasOf(example, object, schemas);
        // One compiler each: schemas of one kind may have the same id.
        validators = found.map((schema) =>
          new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema),
        );
      });

      const faultsOf = (candidate: JsonMap): string[] =>
        validators.flatMap((validate) => {
          validate(candidate);
          return (validate.errors ?? []).map(({ instancePath, message, params }) =>
            [instancePath, message, JSON.stringify(params)].join(" "),
          );
        });
      const { maps = [], documents = [] } = example;
      const isOpen = (at: string): boolean => documents.some((place) => at.startsWith(`${place}/`));
      const isInMap = (at: string): boolean => maps.includes(at.slice(0, at.lastIndexOf("/")));

      it("is taken whole, with every field that its type has", () => {
        expect(faultsOf(object).join("\n")).to.equal("");
      });

      it("has no property whose name the schema does not know", () => {
        const unnoticed = misspelt(object)
          .filter((mutation) => faultsOf(mutation.object).length === 0)
          .map(({ at }) => at);
        expect(unnoticed.filter((at) => !isOpen(at) && !isInMap(at))).to.be.empty;
        const unneeded = [...maps, ...documents].filter((place) => !unnoticed.some((at) => at.startsWith(`${place}/`)));
        expect(unneeded, "said to take any name").to.be.empty;
      });

      it("is refused with a value of another type anywhere", () => {
        const unnoticed = mistyped(object).filter((mutation) => faultsOf(mutation.object).length === 0);
        expect(unnoticed.map(({ at }) => at).filter((at) => !isOpen(at))).to.be.empty;
      });

      for (const [at, value] of Object.entries(example.wrong ?? {})) {
        it(`is refused with ${JSON.stringify(value)} at ${at}`, () => {
          expect(faultsOf(replaced(object, at, value))).not.to.be.empty;
        });
      }
    });
  }

  it("wait until what they make is ready, unless told otherwise", async () => {
    const metadata = { name: "i", namespace: "n", annotations: { mine: "too" } };
    const model = { modelFormat: { name: "tfjs" }, storageUri: "s3://b/m" };
    const [service] = await recordResources(() => new crds.InferenceService("i", { metadata, predictor: { model } }));
    expect(service?.inputs["metadata"]).to.deep.include({
      annotations: {
        "serving.kserve.io/deploymentMode": "Standard",
        "pulumi.com/waitFor": "condition=Ready",
        mine: "too",
      },
    });
    const owned = { metadata: { name: "team" }, spec: { owner: { kind: "User" as const, name: "a@example.org" } } };
    const [profile] = await recordResources(() => new crds.Profile("team", owned));
    expect(profile?.inputs["metadata"]).to.deep.equal({ name: "team" });
  });
});

async function schemasOf(
  { model, kind }: Example,
  object: JsonMap,
  all: ReadonlyMap<string, readonly JsonMap[]>,
): Promise<readonly JsonMap[]> {
  if (model) return [await modelSchema(...model)];
  const found = all.get(`${textAt(object, "apiVersion")} ${textAt(object, "kind")}`);
  if (!found) throw new Error(`No product brings ${kind} as ${textAt(object, "apiVersion")}.`);
  return found;
}
