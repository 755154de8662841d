import { expect } from "chai";
import type { KubeObject } from "../../kube/object";
import { Kube } from "../support/cluster/kube";
import { runCommand, sharedStack } from "../support/stack/stack";

/** One line of `drift --json`. */
interface Found {
  readonly kind: string;
  readonly name: string;
  readonly change: string;
  readonly path: string;
  readonly manager?: string;
  readonly time?: string;
}

async function drift(): Promise<{ code: number | null; found: Found[] }> {
  const { code, stdout } = await runCommand("drift", "--json");
  return { code, found: JSON.parse(stdout) as Found[] };
}

const object = (apiVersion: string, kind: string, namespace: string, name: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { namespace, name },
});
const page = object("apps/v1", "Deployment", "digits", "digits-page");
const service = object("v1", "Service", "digits", "digits-page");
const knative = object("v1", "ConfigMap", "knative-serving", "config-deployment");

describe("npm run drift", () => {
  let kube: Kube;
  before(async () => {
    kube = await Kube.connect((await sharedStack()).kubeconfig);
  });
  after(() => kube?.close());

  it("exits with 0 when there is no drift", async () => {
    expect(await drift()).to.deep.equal({ code: 0, found: [] });
  });

  it("exits with 2 and names what was changed, added and deleted, by whom and when", async () => {
    await kube.patch(page, { spec: { replicas: 0 }, metadata: { labels: { stranger: "here" } } });
    await kube.patch(knative, { data: { "progress-deadline": "123s" } });
    await kube.delete(service);
    const { code, found } = await drift();
    expect(code).to.equal(2);
    const brief = found.map(({ kind, name, change, path }) => `${kind} ${name} ${change} ${path}`);
    expect(brief).to.have.members([
      "Deployment digits-page changed /spec/replicas",
      "Deployment digits-page added /metadata/labels/stranger",
      "ConfigMap config-deployment added /data/progress-deadline",
      "Service digits-page deleted ",
    ]);
    for (const { manager, time } of found.filter(({ change }) => change !== "deleted")) {
      expect(manager).to.equal("kubectl-patch");
      expect(Date.parse(time ?? "")).to.be.greaterThan(Date.now() - 600_000);
    }
  });

  it("has its drift shown by npm run preview, too", async () => {
    const { code, stdout } = await runCommand("preview");
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^Service digits\/digits-page: deleted$/m)
      .and.match(/^ConfigMap knative-serving\/config-deployment: .* added/m);
    expect(stdout).to.match(/^Deployment digits\/digits-page: spec\.replicas is 0, declared 1 {2}\(kubectl-patch, /m);
  });

  it("has its drift healed by npm run up, additions too", async () => {
    expect((await runCommand("up")).code).to.equal(0);
    expect(await drift()).to.deep.equal({ code: 0, found: [] });
    const healed = await kube.get("apps/v1", "Deployment", "digits", "digits-page");
    expect(healed?.metadata["labels"] ?? {}).to.not.have.property("stranger");
    expect(healed).to.have.nested.property("spec.replicas", 1);
    expect(await kube.get("v1", "Service", "digits", "digits-page")).to.be.an("object");
  });
});
