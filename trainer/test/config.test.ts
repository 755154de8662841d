import { expect } from "chai";
import { ConfigurationError, type Fault } from "../src/config/faults";
import { readTrainConfig } from "../src/config/train";
import { readServeOptions } from "../src/serve/options";

const RIGHT = {
  S3_ENDPOINT: "http://minio-service.kubeflow:9000",
  S3_ACCESS_KEY: "key",
  S3_SECRET_KEY: "hush",
  MODEL_VERSION: "0123456789abcdef",
};

function faultsOf(work: () => unknown): readonly Fault[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

const keys = (faults: readonly Fault[]): string[] => faults.map(({ key }) => key);

describe("the configuration", () => {
  describe("the configuration of train", () => {
    it("needs only the object store and the version", () => {
      const config = readTrainConfig(RIGHT);
      expect(config.folder).to.equal("digits/0123456789abcdef");
      expect(config.store.bucket).to.equal("mlpipeline");
      expect(config.dataset).to.equal("embedded");
      expect(config.hyperparameters).to.include({ seed: 1, batchSize: 128 });
    });

    it("takes an empty variable for none", () => {
      expect(readTrainConfig({ ...RIGHT, DATASET: "", S3_BUCKET: "", HYPERPARAMETERS: "" }).store.bucket).to.equal(
        "mlpipeline",
      );
    });

    it("reports every fault at once, with key, value and remedy", () => {
      const faults = faultsOf(() =>
        readTrainConfig({
          S3_ENDPOINT: "minio:9000",
          S3_ACCESS_KEY: "key",
          MODEL_VERSION: "Not/A/Version",
          PROGRESS: "loud",
          DATASET: "ftp://here",
          HYPERPARAMETERS: '{"epochs": 0, "learningRate": "fast", "filters": [1, 2], "speed": 3}',
          DATASET_SHA256: "{",
        }),
      );
      expect(keys(faults)).to.have.members([
        "S3_ENDPOINT",
        "S3_SECRET_KEY",
        "MODEL_VERSION",
        "PROGRESS",
        "DATASET",
        "DATASET_SHA256",
        "HYPERPARAMETERS.epochs",
        "HYPERPARAMETERS.learningRate",
        "HYPERPARAMETERS.filters",
        "HYPERPARAMETERS.speed",
      ]);
      for (const { value, remedy } of faults) {
        expect(value).to.not.equal("");
        expect(remedy).to.match(/^(give|remove)/);
      }
      expect(faults.find(({ key }) => key === "HYPERPARAMETERS.epochs")?.value).to.equal("0");
    });

    it("does not show a secret", () => {
      const run = () => readTrainConfig({ ...RIGHT, S3_ACCESS_KEY: "", MODEL_VERSION: "" });
      expect(run).to.throw(ConfigurationError).with.property("message").that.does.not.include("hush");
    });

    it("wants a checksum for each file of a data set that is not embedded", () => {
      const hex = "0".repeat(64);
      const sha256 = { "train-images-idx3-ubyte.gz": hex, "train-labels-idx1-ubyte": "short" };
      const faults = faultsOf(() =>
        readTrainConfig({ ...RIGHT, DATASET: "s3://data/mnist", DATASET_SHA256: JSON.stringify(sha256) }),
      );
      expect(keys(faults)).to.include("DATASET_SHA256.train-labels-idx1-ubyte");
      const missing = { "train-images-idx3-ubyte.gz": hex };
      const left = faultsOf(() =>
        readTrainConfig({ ...RIGHT, DATASET: "s3://data/mnist", DATASET_SHA256: JSON.stringify(missing) }),
      );
      expect(left).to.have.length(3);
    });
  });

  describe("the options of serve", () => {
    it("come from arguments, and from the environment what those leave out", () => {
      const options = readServeOptions(["--model-dir", "/mnt/models", "--port=0"], { MODEL_NAME: "seven", PORT: "9" });
      expect(options).to.include({ "model-dir": "/mnt/models", "model-name": "seven", port: 0 });
    });

    it("are reported together when they are wrong", () => {
      const faults = faultsOf(() => readServeOptions(["--port", "x", "--max-batch", "0", "--fast", "now", "more"], {}));
      expect(keys(faults)).to.have.members(["--model-dir", "--port", "--max-batch", "--fast", "argument", "argument"]);
    });
  });
});
