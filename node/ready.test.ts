import { expect } from "chai";
import { type NodeApi } from "./api";
import { waitForPods } from "./ready";

const since = new Date("2026-01-01T12:00:00.500Z");
const running = (startedAt: string) => ({ state: { running: { startedAt } } });
const ready = (status: "True" | "False") => [{ type: "Ready", status }];

/** What is missing of the pods that the API server tells of. */
async function missing(pods: Readonly<Record<string, object>>): Promise<string[]> {
  const items = Object.entries(pods).map(([name, status]) => ({ metadata: { namespace: "a", name }, status }));
  const api = { get: async () => JSON.stringify({ items }) } as unknown as NodeApi;
  return waitForPods(api, since, 0, new AbortController().signal, () => undefined);
}

describe("the pods of a restarted node", () => {
  it("are back when they are ready and were started since the restart", async () => {
    const of = (startedAt: string, status: "True" | "False") => ({
      phase: "Running",
      conditions: ready(status),
      containerStatuses: [running(startedAt)],
    });
    const pods = {
      back: of("2026-01-01T12:00:00Z", "True"),
      before: of("2026-01-01T11:59:00Z", "True"),
      starting: of("2026-01-01T12:00:02Z", "False"),
    };
    expect(await missing(pods)).to.deep.equal(["a/before", "a/starting"]);
  });

  it("need not be back when they had ended or never ran", async () => {
    const pods = { done: { phase: "Succeeded" }, failed: { phase: "Failed" }, unplaced: { phase: "Pending" } };
    expect(await missing(pods)).to.deep.equal([]);
  });

  it("are not back while their init containers run again, though their phase is Pending", async () => {
    const preparing = {
      phase: "Pending",
      conditions: ready("False"),
      initContainerStatuses: [running("2026-01-01T12:00:01Z")],
      containerStatuses: [{ state: { waiting: { reason: "PodInitializing" } } }],
    };
    expect(await missing({ preparing })).to.deep.equal(["a/preparing"]);
  });
});
