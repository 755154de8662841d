import { expect } from "chai";
import { KubeClient } from "../../../kube/client";
import { ApiError, UnreachableError } from "../../../kube/errors";
import { KubeObjects, remove } from "../../../kube/objects";
import { kubeconfigFor, refusal, startFakeApi, type FakeApi, type Reaction } from "../../support/cluster/fakeApi";

const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1" } };
const core = {
  status: 200,
  body: {
    resources: [
      { name: "configmaps", kind: "ConfigMap", namespaced: true },
      { name: "pods/log", kind: "Pod" },
    ],
  },
};

describe("the Kubernetes client", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function serve(react: Parameters<typeof startFakeApi>[0], path = "", context: object = {}) {
    const api = await startFakeApi(react);
    const client = new KubeClient(kubeconfigFor({ server: api.url + path }, {}, context));
    open.push(api, client);
    return { api, client };
  }
  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
  const times = ({ seen }: FakeApi) => seen.length;
  /** Reactions to the first requests, then success. */
  const first =
    (...reactions: Reaction[]) =>
    (_request: unknown, count: number): Reaction =>
      reactions[count - 1] ?? { status: 200, body: { ok: true } };

  it("asks a server over plain HTTP", async () => {
    const { client } = await serve(first());
    expect(await client.request("GET", "/version")).to.deep.equal({ ok: true });
  });

  it("keeps the path of a server's URL", async () => {
    const { api, client } = await serve(first(), "/k8s/clusters/c-1/");
    await client.request("GET", "/api/v1/nodes", { query: { limit: "2" } });
    expect(api.seen[0]?.path).to.equal("/k8s/clusters/c-1/api/v1/nodes?limit=2");
  });

  it("places objects that name no namespace in that of the context", async () => {
    const isDiscovery = (path: string) => path === "/api/v1";
    const { api, client } = await serve(({ path }) => (isDiscovery(path) ? core : { status: 200, body: config }), "", {
      namespace: "mine",
    });
    await new KubeObjects(client).find(config);
    expect(api.seen.map(({ path }) => path)).to.deep.equal(["/api/v1", "/api/v1/namespaces/mine/configmaps/a"]);
  });

  it("reports a refusal with its status, reason and sentence", async () => {
    const { client } = await serve(() => refusal(422, "spec.x: Invalid value"));
    const error = await failure(client.request("GET", "/x"));
    expect(error).to.be.instanceOf(ApiError).that.includes({ status: 422, reason: "Refused", request: "GET /x" });
    expect(error).to.have.property("message", "spec.x: Invalid value");
  });

  for (const status of [429, 503])
    it(`asks again after the time that a ${status} names`, async () => {
      const { api, client } = await serve(first(refusal(status, "busy", { "retry-after": "1" })));
      const since = Date.now();
      await client.request("POST", "/x", { body: {} });
      expect(times(api)).to.equal(2);
      expect(Date.now() - since).to.be.within(950, 4000);
    });

  it("asks again, a few times, after a 503 that names no time", async () => {
    const busy = refusal(503, "starting");
    const passing = await serve(first(busy, busy));
    await passing.client.request("GET", "/x");
    expect(times(passing.api)).to.equal(3);
    const staying = await serve(() => busy);
    expect(await failure(staying.client.request("GET", "/x"))).to.include({ status: 503 });
    expect(times(staying.api)).to.equal(4);
  });

  it("creates nothing twice after a 503 that names no time", async () => {
    const { api, client } = await serve(() => refusal(503, "starting"));
    expect(await failure(client.request("POST", "/x", { body: {} }))).to.include({ status: 503 });
    expect(times(api)).to.equal(1);
  });

  it("leaves busy servers to callers that poll", async () => {
    const { api, client } = await serve(() => refusal(429, "storage is (re)initializing", { "retry-after": "1" }));
    expect(await failure(client.request("GET", "/x", { retryBusy: false }))).to.include({ status: 429 });
    expect(times(api)).to.equal(1);
  });

  it("sends a request once more whose connection was reset, but creates nothing twice", async () => {
    const { api, client } = await serve(first("reset"));
    expect(await client.request("PATCH", "/x", { body: {} })).to.deep.equal({ ok: true });
    expect(times(api)).to.equal(2);
    const created = await serve(first("reset"));
    expect(await failure(created.client.request("POST", "/x", { body: {} }))).to.be.instanceOf(UnreachableError);
    expect(times(created.api)).to.equal(1);
  });

  it("gives up on a server whose connections keep being reset", async () => {
    const { client } = await serve(() => "reset");
    expect(await failure(client.request("GET", "/x"))).to.be.instanceOf(UnreachableError);
  });

  it("waits for an answer no longer than the deadline, and names it", async () => {
    const { api, client } = await serve(() => "silence");
    const error = await failure(client.request("GET", "/readyz", { timeoutMs: 100 }));
    expect(error).to.be.instanceOf(UnreachableError);
    expect((error as Error).message)
      .to.include(api.url)
      .and.include("GET /readyz within 0.1 s");
  });

  it("ends a request when the caller does, with the caller's reason", async () => {
    const { client } = await serve(() => refusal(503, "busy", { "retry-after": "5" }));
    const reason = new Error("enough");
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 100);
    expect(await failure(client.request("GET", "/x", { signal: stop.signal }))).to.equal(reason);
  });

  it("reports a server that is not there as unreachable, with its address", async () => {
    const { api, client } = await serve(first());
    await api.close();
    const error = await failure(client.request("GET", "/x"));
    expect(error).to.be.instanceOf(UnreachableError).with.property("server", api.url);
    open.splice(0);
  });

  it("deletes the object of the uid that is meant, and leaves another of its name alone", async () => {
    const other = "Precondition failed: UID in precondition: 1, UID in object meta: 2";
    const { api, client } = await serve(first(refusal(409, other), refusal(404, "not found"), refusal(409, "held")));
    await remove(client, "/x", { uid: "1", propagationPolicy: "Foreground" });
    expect(api.seen[0]).to.deep.include({
      method: "DELETE",
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Foreground",
        preconditions: { uid: "1" },
      },
    });
    await remove(client, "/x");
    expect(await failure(remove(client, "/x", { uid: "1" }))).to.include({ status: 409 });
  });

  it("finds a kind that was defined after it was first asked for", async () => {
    const { client } = await serve((_request, count) => (count === 1 ? { status: 404 } : core));
    const { discovery } = new KubeObjects(client);
    expect(await discovery.findPath(config)).to.equal(undefined);
    expect(await discovery.findPath(config)).to.equal("/api/v1/namespaces/default/configmaps/a");
    expect(await discovery.listPath(config)).to.equal("/api/v1/configmaps");
  });

  it("asks once for the kinds of an API version, however many want to know", async () => {
    const { api, client } = await serve(() => core);
    const { discovery } = new KubeObjects(client);
    await Promise.all([1, 2, 3].map(() => discovery.findPath(config)));
    await discovery.findPath(config);
    expect(times(api)).to.equal(1);
  });

  it("takes a discovery that fails for no answer, and not for a kind that does not exist", async () => {
    const { client } = await serve(() => refusal(403, "forbidden"));
    expect(await failure(new KubeObjects(client).find(config))).to.include({ status: 403 });
  });
});
