import { expect } from "chai";
import { catalog } from "../catalog";
import { reportText } from "./report";

const core = {
  kubeconfig: "[secret]",
  pageUrl: "http://127.0.0.1:8080",
  predictorUrl: "http://127.0.0.1:8081",
  objectStoreUrl: "http://127.0.0.1:9000",
  objectStoreConsoleUrl: "http://127.0.0.1:9001",
  bucket: "mlpipeline",
  model: { name: "digits", version: "0123456789abcdef", accuracy: 0.9935 },
};

describe("what up says at the end", () => {
  it("says where everything is", () => {
    const text = reportText(core, catalog.report, "dev", false);
    for (const url of [core.pageUrl, core.predictorUrl, core.objectStoreUrl, core.objectStoreConsoleUrl])
      expect(text).to.include(url);
    expect(text).to.include("99.35 %").and.include("bucket mlpipeline").and.not.include("Dashboard");
  });

  it("says how to log in to Kubeflow, but not the password", () => {
    const login = { dashboardUrl: "http://127.0.0.1:8082", dashboardUser: "user@example.com" };
    const text = reportText(
      { ...core, ...login, dashboardPassword: "[secret]", userPasswords: "[secret]" },
      catalog.report,
      "full",
      false,
    );
    expect(text).to.match(/Dashboard +http:\/\/127\.0\.0\.1:8082 +as user@example\.com/);
    expect(text).to.match(/Password +npm run .*--stack full.* stack output dashboardPassword --show-secrets/);
    expect(text).not.to.include("[secret]");
  });

  it("leaves out what is not there yet", () => {
    expect(reportText({}, catalog.report, "dev", false).trim().split("\n")).to.have.length(1);
  });
});
