import { expect } from "chai";
import { buildxArguments } from "./buildx";

describe("a build with docker buildx", () => {
  it("has fixed times, named contexts, arguments and secrets, and writes an OCI archive", () => {
    const request = {
      ref: "docker.io/kubeflow-stack/x:1",
      context: "/context",
      dockerfile: "FROM a",
      buildArgs: { VERSION: "1" },
      contexts: { libtensorflow: "/lib" },
      archive: "/x.tar",
    };
    const mounts = [{ id: "npmrc", source: "/s", target: "/root/.npmrc" }];
    const line = buildxArguments(request, "/work/Dockerfile", "/x.part", mounts).join(" ");
    expect(line).to.contain("--output type=oci,dest=/x.part,name=docker.io/kubeflow-stack/x:1,rewrite-timestamp=true");
    expect(line).to.contain("--build-arg SOURCE_DATE_EPOCH=0 --build-arg VERSION=1");
    expect(line).to.contain("--build-context libtensorflow=/lib --secret id=npmrc,src=/s");
    expect(line).to.match(/--file \/work\/Dockerfile .* \/context$/);
  });
});
