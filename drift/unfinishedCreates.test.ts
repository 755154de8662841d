import { expect } from "chai";
import { SECRET_KEY, SECRET_MARK, type Deployment } from "../engine/stack";
import { unfinishedObjects } from "./unfinishedCreates";

const pending = (type: string, resourceType: string, inputs: Record<string, unknown>) => ({
  type,
  resource: { urn: `urn:${resourceType}`, type: resourceType, custom: true, inputs },
});
const deployment = (...operations: unknown[]): Deployment => ({
  version: 3,
  deployment: { pending_operations: operations },
});
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } };

describe("the unfinished creates of an interrupted run", () => {
  it("are the Kubernetes objects that it was creating, with their secrets", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
      data: { [SECRET_KEY]: SECRET_MARK, plaintext: JSON.stringify({ key: "dGVzdA==" }) },
    };
    const found = unfinishedObjects(
      deployment(
        pending("creating", "kubernetes:core/v1:ConfigMap", configMap),
        pending("creating", "kubernetes:core/v1:Secret", secret),
      ),
    );
    expect(found).to.deep.equal([configMap, { ...secret, data: { key: "dGVzdA==" } }]);
  });

  it("leave out what it was changing or deleting, patches of others' objects, and other resources", () => {
    const found = unfinishedObjects(
      deployment(
        pending("updating", "kubernetes:core/v1:ConfigMap", configMap),
        pending("creating", "kubernetes:core/v1:ConfigMapPatch", configMap),
        pending("creating", "random:index/randomPassword:RandomPassword", { length: 20 }),
      ),
    );
    expect(found).to.deep.equal([]);
    expect(unfinishedObjects({ version: 3, deployment: {} })).to.deep.equal([]);
  });
});
