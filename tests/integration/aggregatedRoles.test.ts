import { expect } from "chai";
import { dropAggregation, removeRemade } from "../../drift/aggregatedRoles";
import { connect, type ClusterApi } from "../../drift/cluster";
import { APPLY_PATCH } from "../../kube/mediaTypes";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";

const roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];

describe("aggregated roles of a destroyed stack", () => {
  let server: ApiServer;
  let api: ClusterApi;

  before(async () => {
    server = await startApiServer();
    api = await connect(server.kubeconfigPath);
  });
  after(async () => {
    api?.close();
    await server?.stop();
  });

  /** Writes a role as its controller does, which makes one where there is none. */
  const write = async (name: string, manager: string) => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
    const { status } = await api.request(
      "PATCH",
      `${roles}/${name}?fieldManager=${manager}&force=true`,
      role,
      APPLY_PATCH,
    );
    expect(status).to.be.below(300);
  };
  const isThere = async (name: string) => (await api.request("GET", `${roles}/${name}`)).status === 200;

  it("are no longer filled before the stack goes", async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { like: "this" } }] };
    const kind = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
    await api.request("POST", roles, { ...kind, metadata: { name: "filled" }, aggregationRule });
    await dropAggregation(api, ["filled", "gone"]);
    const { body } = await api.request("GET", `${roles}/filled`);
    expect(body).to.have.nested.property("metadata.name", "filled");
    expect(body).not.to.have.property("aggregationRule");
  });

  it("are removed where Kubernetes has recreated them, and nowhere else", async () => {
    const controller = "clusterrole-aggregation-controller";
    await write("remade", controller);
    await write("somebodys", "kubectl");
    await write("somebodys", controller);
    await write("unknown", controller);
    await removeRemade(api, ["remade", "somebodys", "gone"]);
    expect(await Promise.all(["remade", "somebodys", "unknown"].map(isThere))).to.deep.equal([false, true, true]);
  });
});
