import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type Answers, type RecordedResource, recordResources } from "../../../engine/recorder";
import type { DigitsSettings } from "../../../workloads/digits/settings";
import { Digits } from "../../../workloads/digits";

type Json = Record<string, unknown>;
const settings: DigitsSettings = {
  epochs: 14,
  batchSize: 128,
  learningRate: 0.002,
  seed: 1,
  dataset: "embedded",
  datasetSha256: {},
  replicas: 1,
};
const contentHash = "c0ffee".repeat(10) + "abcd";
const secretText = "generated-and-secret";

const answers: Answers = {
  "kubeflow-stack:images:ContainerImage": (inputs) => ({
    ref: `docker.io/kubeflow-stack/${String(inputs["name"])}:${contentHash.slice(0, 12)}`,
    contentHash,
  }),
  "random:index/randomPassword:RandomPassword": (_, name) => ({ result: `${secretText}-${name}` }),
  "kubeflow-stack:storage:ModelVersion": () => ({ accuracy: 0.991 }),
};

/** The kinds that the workload may consist of. */
const expectedKinds =
  /^(kubernetes:|random:index\/randomPassword:|kubeflow-stack:(digits:|images:|storage:(BucketUser|ModelVersion)$|serving:Rollout$))/;

describe("Digits", () => {
  /** The workload and every resource that it registers. */
  async function declare(changes: Partial<DigitsSettings> = {}): Promise<{ digits: Digits; all: RecordedResource[] }> {
    let made: Digits | undefined;
    const recorded = await recordResources(
      () => {
        const node = new pulumi.ComponentResource("test:node", "node");
        made = new Digits("digits", {
          cluster: {
            kubeconfig: pulumi.secret("{}"),
            provider: new k8s.Provider("provider", { kubeconfig: "{}" }),
            node,
            imageTarget: { containerdSocket: pulumi.output("/run/containerd.sock") },
            published: (name) => pulumi.output(`http://127.0.0.1/${name}`),
          },
          nodePorts: { page: 30080, predictor: 30081 },
          objectStore: {
            endpoint: "http://minio-service.kubeflow:9000",
            bucket: "mlpipeline",
            root: { accessKey: pulumi.secret("root"), secretKey: pulumi.secret("root-secret") },
            ready: [],
          },
          kserve: [],
          settings: { ...settings, ...changes },
          rotation: 1,
        });
      },
      { answers },
    );
    if (made === undefined) throw new Error("The program made no workload.");
    const all = recorded.filter(({ type }) => type !== "test:node" && type !== "pulumi:providers:kubernetes");
    expect(all.map(({ type }) => type).filter((type) => !expectedKinds.test(type))).to.deep.equal([]);
    return { digits: made, all };
  }

  const one = (all: RecordedResource[], type: string, name?: string): Json => {
    const found = all.filter((entry) => entry.type === type && (name === undefined || entry.name === name));
    expect(
      found.map((entry) => entry.name),
      type,
    ).to.have.length(1);
    return found[0]?.inputs ?? {};
  };
  const at = (value: unknown, ...path: (string | number)[]): unknown =>
    path.reduce<unknown>((part, key) => (part as Record<string | number, unknown> | undefined)?.[key], value);
  /** Every pod that is declared, wherever in an object. */
  const podsIn = (value: unknown): Json[] => {
    if (typeof value !== "object" || value === null) return [];
    const inner = Object.values(value).flatMap(podsIn);
    return "containers" in value ? [value, ...inner] : inner;
  };
  const job = "kubernetes:batch/v1:Job";
  const inferenceService = "kubernetes:serving.kserve.io/v1beta1:InferenceService";
  const servingRuntime = "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime";

  it("trains a version, and serves that version", async () => {
    const { digits, all } = await declare();
    const { version } = await new Promise<{ version: string }>((resolve) => digits.model.apply(resolve));
    expect(version).to.match(/^[0-9a-f]{16}$/);
    expect(at(one(all, job), "metadata", "name")).to.equal(`digits-train-${version}`);
    expect(at(one(all, inferenceService), "spec", "predictor", "model")).to.include({
      storageUri: `s3://mlpipeline/digits/${version}`,
      runtime: "tfjs-c0ffeec0ffee",
    });
  });

  it("makes another Job of another hyper-parameter, and changes nothing of the predictor but the version", async () => {
    const before = (await declare()).all;
    const after = (await declare({ epochs: 15 })).all;
    expect(at(one(after, job), "metadata", "name")).not.to.equal(at(one(before, job), "metadata", "name"));
    expect(one(after, servingRuntime)).to.deep.equal(one(before, servingRuntime));
    const without = (all: RecordedResource[]): unknown => {
      const { storageUri, ...model } = at(one(all, inferenceService), "spec", "predictor", "model") as Json;
      expect(storageUri).to.be.a("string");
      return model;
    };
    expect(without(after)).to.deep.equal(without(before));
  });

  it("does not train again for another number of replicas", async () => {
    const before = (await declare()).all;
    const after = (await declare({ replicas: 3 })).all;
    expect(one(after, job)).to.deep.equal(one(before, job));
    expect(at(one(after, inferenceService), "spec", "predictor", "minReplicas")).to.equal(3);
  });

  it("hands the trainer what the person chose", async () => {
    const dataset = "https://example.org/mnist";
    const { all } = await declare({ dataset, datasetSha256: { "train-images-idx3-ubyte.gz": "ab" } });
    const env = at(one(all, job), "spec", "template", "spec", "containers", 0, "env") as {
      name: string;
      value?: string;
    }[];
    const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    expect(values).to.include({
      DATASET: dataset,
      DATASET_SHA256: '{"train-images-idx3-ubyte.gz":"ab"}',
      HYPERPARAMETERS: '{"batchSize":128,"epochs":14,"learningRate":0.002,"seed":1}',
      S3_ENDPOINT: "http://minio-service.kubeflow:9000",
      MODEL_PREFIX: "digits",
    });
  });

  it("gives pods no more rights than they need", async () => {
    const { all } = await declare();
    const pods = all.flatMap((entry) => podsIn(entry.inputs).map((pod) => ({ name: entry.name, pod })));
    expect(pods.map(({ name }) => name)).to.have.members(["digits-train", "digits-serving-runtime", "digits-page"]);
    for (const { name, pod } of pods) {
      // The runtime's pod gets its own from the InferenceService.
      const whole = name === "digits-serving-runtime" ? at(one(all, inferenceService), "spec", "predictor") : pod;
      expect(at(whole, "securityContext", "runAsNonRoot"), name).to.equal(true);
      expect(at(whole, "securityContext", "seccompProfile", "type"), name).to.equal("RuntimeDefault");
      expect(at(whole, "automountServiceAccountToken"), name).to.equal(false);
      for (const container of pod["containers"] as Json[]) {
        expect(container["securityContext"], name).to.deep.equal({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(at(container, "resources", "limits", "memory"), name).to.be.a("string");
        expect(at(container, "resources", "requests", "cpu"), name).to.be.a("string");
      }
    }
    const labels = at(one(all, "kubernetes:core/v1:Namespace"), "metadata", "labels");
    expect(labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
  });

  it("puts a new server in place before the old one goes, and lets that one finish", async () => {
    const { all } = await declare();
    const gapless = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    expect(at(one(all, inferenceService), "spec", "predictor", "deploymentStrategy")).to.deep.equal(gapless);
    const page = one(all, "kubernetes:apps/v1:Deployment");
    expect(at(page, "spec", "strategy")).to.deep.equal(gapless);
    for (const container of [
      at(one(all, servingRuntime), "spec", "containers", 0),
      at(page, "spec", "template", "spec", "containers", 0),
    ]) {
      expect(at(container, "lifecycle", "preStop", "sleep", "seconds")).to.be.above(0);
      expect(at(container, "readinessProbe")).to.be.an("object");
      expect(at(container, "livenessProbe")).to.be.an("object");
    }
  });

  it("shows its credentials to Secrets and to our own kinds only", async () => {
    const { all } = await declare();
    const mayHold = (type: string): boolean =>
      type === "kubernetes:core/v1:Secret" || type.startsWith("kubeflow-stack:storage:");
    for (const { type, name, inputs } of all) {
      if (!mayHold(type)) expect(JSON.stringify(inputs), name).not.to.contain(secretText);
    }
    const user = "kubeflow-stack:storage:BucketUser";
    const own = { bucket: "mlpipeline", prefix: "digits" };
    expect(one(all, user, "digits-writer")).to.include({ ...own, access: "readwrite" });
    expect(one(all, user, "digits-reader")).to.include({ ...own, access: "read" });
  });

  it("lets the training, and nothing else, read a data set that lies in the object store", async () => {
    const { all } = await declare({ dataset: "s3://numbers/mnist/idx/" });
    const user = "kubeflow-stack:storage:BucketUser";
    expect(one(all, user, "digits-writer")["alsoReads"]).to.deep.equal([{ bucket: "numbers", prefix: "mnist/idx" }]);
    expect(one(all, user, "digits-reader")).not.to.have.property("alsoReads");
    const elsewhere = (await declare({ dataset: "https://example.org/mnist" })).all;
    expect(one(elsewhere, user, "digits-writer")).not.to.have.property("alsoReads");
  });

  it("names the Secret and the account as the seeds do", async () => {
    const { all } = await declare();
    const secret = one(all, "kubernetes:core/v1:Secret", "digits-serving-storage");
    expect(secret["metadata"]).to.deep.include({
      name: "minio-kserve-secret",
      annotations: {
        "serving.kserve.io/s3-endpoint": "minio-service.kubeflow:9000",
        "serving.kserve.io/s3-usehttps": "0",
        "serving.kserve.io/s3-useanoncredential": "false",
        "serving.kserve.io/s3-region": "us-east-1",
      },
    });
    expect(at(one(all, "kubernetes:core/v1:ServiceAccount"), "metadata", "name")).to.equal("sa-minio-kserve");
  });

  it("publishes the page and the predictor on the cluster's ports", async () => {
    const { digits, all } = await declare();
    const ports = all
      .filter(({ type }) => type === "kubernetes:core/v1:Service")
      .map(({ inputs }) => at(inputs, "spec", "ports", 0, "nodePort"));
    expect(ports).to.have.members([30080, 30081]);
    const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
    expect(await value(digits.pageUrl)).to.equal("http://127.0.0.1/page");
    expect(await value(digits.predictorUrl)).to.equal("http://127.0.0.1/predictor");
    expect(await value(digits.model)).to.include({ name: "digits", accuracy: 0.991 });
  });

  it("goes with the node, all but what is no part of it", async () => {
    const { all } = await declare();
    const left = all.filter(
      ({ type, deletedWith }) =>
        deletedWith === undefined && !/^(random:|kubeflow-stack:(digits:|images:ImageBuild$))/.test(type),
    );
    expect(left.map(({ name }) => name)).to.deep.equal([]);
  });
});
