import { expect } from "chai";
import { buildStep } from "./steps";
import { externalNames, fullImageName, withSecretMounts } from "./dockerfile";

describe("a Dockerfile", () => {
  it("names its base images, without its own stages and scratch", () => {
    const text = [
      "ARG NODE=22",
      "ARG EMPTY",
      "FROM --platform=linux/amd64 node:${NODE}-slim AS Build",
      "FROM scratch AS files",
      "COPY --from=build / /",
      "COPY --from=libtensorflow --chown=1 /lib /lib",
      "COPY --from=0 / /",
      "FROM ${EMPTY:-debian}:12",
      "RUN --mount=type=bind,from=golang:1.26,target=/go ls",
    ].join("\n");
    expect(externalNames(text)).to.deep.equal(["node:22-slim", "libtensorflow", "debian:12", "golang:1.26"]);
    expect(externalNames(text, { NODE: "24" })[0]).to.equal("node:24-slim");
  });

  it("gives images their full names", () => {
    const names = ["node:22", "kserve/agent", "ghcr.io/a/b:1", "localhost/x", "host:5000/x", "a@sha256:00"];
    expect(names.map(fullImageName)).to.deep.equal([
      "docker.io/library/node:22",
      "docker.io/kserve/agent:latest",
      "ghcr.io/a/b:1",
      "localhost/x:latest",
      "host:5000/x:latest",
      "docker.io/library/a@sha256:00",
    ]);
  });

  it("gets the machine's files for each RUN, and for nothing else", () => {
    const text = 'FROM a\nrun npm ci \\\n  && RUN b\nCMD ["RUN"]\nRUN <<EOF\nRUN x\nEOF\n# RUN y\n';
    const mount = "--mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0444";
    expect(withSecretMounts(text, [{ id: "npmrc", target: "/root/.npmrc" }])).to.equal(
      `FROM a\nrun ${mount} npm ci \\\n  && RUN b\nCMD ["RUN"]\nRUN ${mount} <<EOF\nRUN x\nEOF\n# RUN y\n`,
    );
    expect(withSecretMounts(text, [])).to.equal(text);
  });

  it("shows each step in one line", () => {
    expect(buildStep("STEP 3/9: COPY a b")).to.equal("step 3/9: COPY a b");
    expect(
      buildStep("[2/6] STEP 1/2: RUN --mount=type=secret,id=kubeflow-stack-ca,target=/x,mode=0444 npm   ci"),
    ).to.equal("[2/6] step 1/2: RUN npm ci");
    expect(buildStep(`STEP 1/1: RUN ${"x".repeat(200)}`)).to.have.length.below(100);
    expect(buildStep("added 2 packages")).to.equal(undefined);
  });
});
