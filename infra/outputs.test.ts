import { expect } from "chai";
import { assertOutputs } from "./outputs";

const whole = {
  kubeconfig: "apiVersion: v1",
  pageUrl: "http://127.0.0.1:8080",
  predictorUrl: "http://127.0.0.1:8081",
  objectStoreUrl: "http://127.0.0.1:9000",
  objectStoreConsoleUrl: "http://127.0.0.1:9001",
  bucket: "mlpipeline",
  model: { name: "digits", version: "0123456789abcdef", accuracy: 0.99 },
};

describe("assertOutputs", () => {
  it("accepts complete outputs", () => {
    expect(() => assertOutputs(whole, "dev")).to.not.throw();
  });

  it("names every missing output at once, with the remedy", () => {
    const { pageUrl: _, ...rest } = whole;
    expect(() => assertOutputs({ ...rest, bucket: "", model: { name: "digits" } }, "dev")).to.throw(
      /^Stack dev .* pageUrl, bucket, model\.version, model\.accuracy: .*npm run up/,
    );
  });

  it("names all outputs when there is none", () => {
    expect(() => assertOutputs(undefined, "dev")).to.throw(/kubeconfig, pageUrl, .*model\.accuracy/);
  });
});
