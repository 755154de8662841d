import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { ClusterStorageContainer, InferenceService, ServingRuntime, TFJob } from "../../../infra/crds";
import { type JsonMap, isMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { loadPlatformManifests } from "../../../infra/platform";
import { recordResources } from "../../support/recordResources";

/** The schema as the API server takes it when nothing may be dropped in silence: what is not declared is a mistake. */
function strict(schema: JsonMap): JsonMap {
  const result: JsonMap = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith("x-kubernetes-") || key === "default" || key === "format") continue;
    if (key === "properties" && isMap(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, isMap(one) ? strict(one) : one]),
      );
    } else if ((key === "items" || key === "additionalProperties") && isMap(value)) result[key] = strict(value);
    else result[key] = value;
  }
  if (schema["x-kubernetes-int-or-string"] === true) return { type: ["integer", "string"] };
  const isClosed = isMap(schema["properties"]) && schema["x-kubernetes-preserve-unknown-fields"] !== true;
  if (isClosed && schema["additionalProperties"] === undefined) result["additionalProperties"] = false;
  return result;
}

const container = {
  name: "kserve-container",
  image: "example.org/trainer:1",
  args: ["serve"],
  ports: [{ containerPort: 8080, protocol: "TCP" }],
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

describe("typed custom resources", () => {
  const schemas = new Map<string, JsonMap>();

  before(async function () {
    // Cold caches fetch the modules and kubectl first.
    this.timeout(30 * 60_000);
    const { manifests } = await loadPlatformManifests({ profile: "core" });
    for (const { bodies } of Object.values(manifests)) {
      const crds = JSON.parse(await readFile(bodies, "utf8")) as Record<string, JsonMap>;
      for (const crd of Object.values(crds)) {
        for (const version of mapsAt(crd, "spec", "versions")) {
          const schema = mapAt(version, "schema", "openAPIV3Schema");
          const key = `${textAt(crd, "spec", "group")}/${textAt(version, "name")}/${textAt(crd, "spec", "names", "kind")}`;
          if (schema)
            schemas.set(key, strict({ ...schema, properties: { ...mapAt(schema, "properties"), metadata: {} } }));
        }
      }
    }
  });

  async function faultsOf(make: () => unknown): Promise<string[]> {
    const [resource] = await recordResources(make);
    const object = resource?.inputs as JsonMap;
    const schema = schemas.get(`${textAt(object, "apiVersion")}/${textAt(object, "kind")}`);
    expect(schema, `${textAt(object, "apiVersion")} ${textAt(object, "kind")}`).to.exist;
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema ?? {});
    validate(object);
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(" "),
    );
  }

  it("finds what a schema does not have", async () => {
    const spec = { supportedModelFormats: [{ name: "tfjs", autoselect: true }], containers: [container] };
    const faults = await faultsOf(() => new ServingRuntime("r", { metadata: { name: "r", namespace: "n" }, spec }));
    expect(faults.join("\n")).to.include('"additionalProperty":"autoselect"');
  });

  it("has ServingRuntimes that KServe takes whole", async () => {
    const spec = {
      supportedModelFormats: [{ name: "tfjs", version: "4", autoSelect: true, priority: 1 }],
      protocolVersions: ["v1", "v2"],
      multiModel: false,
      containers: [container],
      volumes: [{ name: "scratch", emptyDir: {} }],
      annotations: { "prometheus.kserve.io/port": "8080" },
      labels: { app: "digits" },
    };
    const faults = await faultsOf(() => new ServingRuntime("r", { metadata: { name: "r", namespace: "n" }, spec }));
    expect(faults).to.be.empty;
  });

  it("has InferenceServices that KServe takes whole", async () => {
    const model = {
      modelFormat: { name: "tfjs" },
      runtime: "tfjs",
      protocolVersion: "v2",
      storageUri: "s3://mlpipeline/digits/0123456789abcdef",
      env: [{ name: "A", value: "b" }],
      resources: container.resources,
      readinessProbe: { httpGet: { path: "/v2/health/ready", port: 8080 }, periodSeconds: 2 },
    };
    const predictor = {
      model,
      serviceAccountName: "sa",
      minReplicas: 1,
      maxReplicas: 2,
      timeout: 30,
      deploymentStrategy: { type: "RollingUpdate" as const, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      terminationGracePeriodSeconds: 30,
      labels: { app: "digits" },
    };
    const faults = await faultsOf(
      () => new InferenceService("i", { metadata: { name: "i", namespace: "n" }, predictor }),
    );
    expect(faults).to.be.empty;
  });

  it("makes InferenceServices awaited, in Standard mode", async () => {
    const model = { modelFormat: { name: "tfjs" }, storageUri: "s3://b/m" };
    const metadata = { name: "i", namespace: "n", annotations: { mine: "too" } };
    const [resource] = await recordResources(() => new InferenceService("i", { metadata, predictor: { model } }));
    expect(mapAt(resource?.inputs as JsonMap, "metadata", "annotations")).to.deep.equal({
      "serving.kserve.io/deploymentMode": "Standard",
      "pulumi.com/waitFor": "condition=Ready",
      mine: "too",
    });
  });

  it("has ClusterStorageContainers that KServe takes whole", async () => {
    const spec = {
      container: { name: "storage-initializer", image: "example.org/fetch:1", resources: container.resources },
      supportedUriFormats: [{ prefix: "s3://" }, { regex: "https://.*" }],
      workloadType: "initContainer" as const,
    };
    expect(await faultsOf(() => new ClusterStorageContainer("c", { metadata: { name: "c" }, spec }))).to.be.empty;
  });

  it("has TFJobs that the training operator takes whole", async () => {
    const template = { spec: { containers: [{ ...container, name: "tensorflow" }] } };
    const spec = {
      tfReplicaSpecs: { Worker: { replicas: 2, restartPolicy: "OnFailure" as const, template } },
      runPolicy: { cleanPodPolicy: "None" as const, activeDeadlineSeconds: 600, backoffLimit: 2, suspend: false },
      successPolicy: "AllWorkers" as const,
    };
    expect(await faultsOf(() => new TFJob("t", { metadata: { name: "t", namespace: "n" }, spec }))).to.be.empty;
  });
});
