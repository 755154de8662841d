import { expect } from "chai";
import { type DeploymentProgress, missingFrom } from "./rollout";

const annotations = { version: "two" };

/** A Deployment that has rolled forward to `two`, but for what is given. */
function deployment(
  status: DeploymentProgress["status"] = {},
  told: Record<string, string> = annotations,
): DeploymentProgress {
  return {
    metadata: { generation: 4 },
    spec: { replicas: 2, template: { metadata: { annotations: { other: "x", ...told } } } },
    status: { observedGeneration: 4, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
  };
}

describe("Rollout", () => {
  it("is done when as many pods as wanted are new and ready, and none is old", () => {
    expect(missingFrom(deployment(), annotations)).to.deep.equal([]);
  });

  const cases: [string, DeploymentProgress | undefined, string][] = [
    ["there is no Deployment", undefined, "the Deployment itself"],
    ["it still runs the revision before, all ready", deployment({}, { version: "one" }), "its new revision"],
    ["its status is of the revision before", deployment({ observedGeneration: 3 }), "its controller to observe it"],
    ["a pod is still to be made", deployment({ updatedReplicas: 1 }), "1 new pods"],
    ["a pod is not ready", deployment({ availableReplicas: 1 }), "1 pods that are ready"],
    ["an old pod still serves", deployment({ replicas: 3 }), "the end of 1 old pods"],
  ];
  for (const [when, given, lacking] of cases) {
    it(`goes on while ${when}`, () => {
      expect(missingFrom(given, annotations)).to.deep.equal([lacking]);
    });
  }

  it("takes one pod for granted where no number is given", () => {
    const one = deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
    expect(missingFrom({ ...one, spec: { template: one.spec.template } }, annotations)).to.deep.equal([]);
  });
});
