import { expect } from "chai";
import { type JsonMap, isMap, mapAt, namespaceOf, textAt } from "../../../infra/manifests";
import { secretsOf } from "../../../infra/platform/rotation";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { FullPlatform, generated } from "../../support/kubeflow/fullPlatform";

/** What stands in a Secret, by the Secret's place. */
function contents(full: FullPlatform): Map<string, string> {
  return new Map(
    full.of("core/v1:Secret").map(({ inputs }) => {
      const { metadata, data, stringData } = inputs as { metadata: JsonMap; data?: JsonMap; stringData?: JsonMap };
      return [`${namespaceOf({ metadata })}/${textAt(metadata, "name")}`, JSON.stringify({ ...data, ...stringData })];
    }),
  );
}

describe("a rotation", () => {
  let before_: FullPlatform;
  let after_: FullPlatform;
  const workloads = ["apps/v1:Deployment", "apps/v1:StatefulSet", "apps/v1:DaemonSet"];

  before(async function () {
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    before_ = await FullPlatform.record();
    after_ = await FullPlatform.record({ rotation: 2 });
  });

  it("replaces every generated credential, and keeps names", () => {
    const keepers = (full: FullPlatform) =>
      full.resources.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
    const names = keepers(before_).filter(({ name }) => !name.endsWith("-access-key"));
    expect(names.length).to.be.greaterThan(6);
    for (const { name, inputs } of names) {
      expect(inputs["keepers"], name).to.deep.equal({ rotation: "1" });
      const [later] = keepers(after_).filter((one) => one.name === name);
      expect(later?.inputs["keepers"], name).to.deep.equal({ rotation: "2" });
    }
  });

  it("restarts every pod that reads a changed Secret, and no other pod", () => {
    const [old, now] = [contents(before_), contents(after_)];
    const changed = new Set([...now].filter(([place, text]) => old.get(place) !== text).map(([place]) => place));
    expect([...changed]).to.include.members([
      ...["auth/dex-oidc-client", "auth/dex-passwords", "oauth2-proxy/oauth2-proxy-h675gf55ht"],
      ...["kubeflow/katib-mysql-secrets", "kubeflow/mysql-password", "kubeflow/mysql-secret", "kubeflow/minio-root"],
      ...["kubeflow/mlpipeline-minio-artifact", "kubeflow-user-example-com/mlpipeline-minio-artifact"],
    ]);
    const readers: string[] = [];
    for (const kind of workloads)
      for (const { label, inputs } of before_.of(kind)) {
        const namespace = textAt(inputs as JsonMap, "metadata", "namespace");
        const reads = secretsOf(mapAt(inputs as JsonMap, "spec", "template", "spec"));
        const isReader = reads.some((name) => changed.has(`${namespace}/${name}`));
        if (isReader) readers.push(label);
        const later = after_.inputs(label);
        const same =
          JSON.stringify(mapAt(later, "spec", "template")) ===
          JSON.stringify(mapAt(inputs as JsonMap, "spec", "template"));
        expect(same, label).to.equal(!isReader);
      }
    expect(readers.map((each) => each.replace(/^.*::/, ""))).to.include.members([
      ...["auth/dex", "oauth2-proxy/oauth2-proxy", "minio"],
      ...["kubeflow/katib-mysql", "kubeflow/katib-db-manager", "kubeflow/mysql", "kubeflow/ml-pipeline"],
      ...["kubeflow/cache-server", "kubeflow/metadata-grpc-deployment", "kubeflow/ml-pipeline-ui"],
    ]);
  });

  it("marks pods with a number that reveals no credential", () => {
    for (const kind of workloads)
      for (const { label, inputs } of after_.of(kind)) {
        const template = mapAt(inputs as JsonMap, "spec", "template");
        expect(isMap(template), label).to.be.true;
        expect(JSON.stringify(template), label).not.to.include(generated);
      }
  });
});
