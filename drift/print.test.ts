import { expect } from "chai";
import type { KubeObject } from "../kube/object";
import type { Drift } from "./judge";
import { driftRecord, printDrift } from "./print";

const object: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "demo" },
};
const drift: Drift = { urn: "urn", object, change: "changed", path: "/data/a", isSecret: false };
const owner = { manager: "kubectl-edit", time: "2026-01-01T00:00:00Z" };

describe("a drift in one line", () => {
  const lines: [string, Partial<Drift>, string][] = [
    ["names an object that was deleted", { change: "deleted", path: "" }, "ConfigMap demo/settings: deleted"],
    [
      "names an added field, its value and its owner",
      { change: "added", live: "2", owner },
      'ConfigMap demo/settings: data.a added, "2"  (kubectl-edit, 2026-01-01T00:00:00Z)',
    ],
    [
      "shows a changed field with the live and the declared value",
      { live: "2", declared: "1" },
      'ConfigMap demo/settings: data.a is "2", declared "1"',
    ],
    [
      "shows a field that is gone as absent",
      { declared: "1" },
      'ConfigMap demo/settings: data.a is absent, declared "1"',
    ],
    [
      "hides secret values",
      { live: "2", declared: "1", isSecret: true },
      "ConfigMap demo/settings: data.a is [secret], declared [secret]",
    ],
    [
      "quotes a key that is no plain word",
      { change: "added", path: "/metadata/labels/a.b~1c", live: "x" },
      'ConfigMap demo/settings: metadata.labels["a.b/c"] added, "x"',
    ],
    [
      "gives the detail of a deletion in place of its field",
      { change: "deleted", path: "/metadata/deletionTimestamp", detail: "is being deleted" },
      "ConfigMap demo/settings is being deleted",
    ],
    [
      "gives the detail of a field behind the field",
      { change: "re-owned", detail: "is somebody else's", owner: { manager: "kubectl", time: undefined } },
      "ConfigMap demo/settings data.a is somebody else's  (kubectl)",
    ],
  ];
  for (const [title, change, line] of lines)
    it(title, () => {
      expect(printDrift({ ...drift, ...change })).to.equal(line);
    });
});

describe("a drift as JSON", () => {
  it("has the object, the field, both values and the owner", () => {
    expect(driftRecord({ ...drift, live: "2", declared: "1", owner })).to.deep.equal({
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: "demo",
      name: "settings",
      urn: "urn",
      change: "changed",
      path: "/data/a",
      live: "2",
      declared: "1",
      manager: "kubectl-edit",
      time: "2026-01-01T00:00:00Z",
    });
  });

  it("has no value of a secret", () => {
    const record = driftRecord({ ...drift, live: "2", declared: "1", isSecret: true });
    expect(record).not.to.have.any.keys("live", "declared");
  });
});
