import { expect } from "chai";
import { waitForWebhooks, webhookAddresses } from "./webhooks";

/** An API server with two webhooks, of which one has no pod behind its service. */
const api = {
  get: async (path: string) => {
    const webhook = (name: string, port?: number) => ({
      clientConfig: { service: { namespace: "a", name, ...(port !== undefined && { port }) } },
    });
    const slice = (name: string, ready: boolean) => ({
      metadata: { namespace: "a", labels: { "kubernetes.io/service-name": name } },
      endpoints: [{ conditions: { ready } }],
    });
    const service = (name: string, clusterIP: string) => ({ metadata: { namespace: "a", name }, spec: { clusterIP } });
    const answers: Record<string, unknown[]> = {
      mutatingwebhookconfigurations: [{ webhooks: [webhook("served"), { clientConfig: { url: "https://x" } }] }],
      validatingwebhookconfigurations: [{ webhooks: [webhook("served"), webhook("down", 9443)] }, {}],
      services: [service("served", "10.0.0.1"), service("down", "10.0.0.2")],
      endpointslices: [slice("served", true), slice("down", false)],
    };
    return JSON.stringify({ items: answers[path.slice(path.lastIndexOf("/") + 1)] ?? [] });
  },
};

describe("the webhooks of a restarted node", () => {
  it("are found once for each service that has a ready pod", async () => {
    expect(await webhookAddresses(api)).to.deep.equal([{ service: "a/served", host: "10.0.0.1", port: 443 }]);
  });

  it("are waited for until their services can be reached", async () => {
    let tries = 0;
    const unreached = await waitForWebhooks(api, async () => ++tries > 1, 5_000, new AbortController().signal);
    expect(unreached).to.deep.equal([]);
    expect(tries).to.equal(2);
  });

  it("do not hold the node up for ever when they cannot be reached", async () => {
    const unreached = await waitForWebhooks(api, async () => false, 0, new AbortController().signal);
    expect(unreached).to.deep.equal(["a/served"]);
  });
});
