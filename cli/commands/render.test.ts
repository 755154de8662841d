import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { toYaml } from "./render";

describe("objects as YAML", () => {
  it("are the same objects to kubectl, which reads YAML 1.1", () => {
    const object = {
      kind: "ConfigMap",
      data: { update: "off", answer: "no", mode: "0644", time: "12:30:45", n: "1e3" },
    };
    const [document] = parseAllDocuments(toYaml([object]), { version: "1.1" });
    expect(document?.toJS()).to.deep.equal(object);
  });
});
