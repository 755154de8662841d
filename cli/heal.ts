import { withDrift } from "./drift";
import { Paths, UnreachableError, type ClusterApi } from "./drift/cluster";
import type { Drift } from "./drift/find";
import { printDrift } from "./drift/print";
import type { Run } from "./engine/runs";
import type { Session } from "./engine/session";
import { stackFlags } from "./engine/stack";
import { UserError } from "./errors";
import { say } from "./say";

/**
 * Makes the next `pulumi up` see what was changed in the cluster: additions are taken out at once, of what was changed or
 * deleted the state is told (`pulumi up` compares with the state and never looks at the cluster). Does nothing, fast,
 * when there is no drift, and when there is no cluster to look at.
 */
export async function healDrift(session: Session, run: Run): Promise<void> {
  let drifts: Drift[] = [];
  try {
    await withDrift(session, async (found, api) => {
      drifts = found;
      for (const drift of found) say(`healing ${printDrift(drift)}`);
      await removeAdditions(found, api);
    });
  } catch (error) {
    if (error instanceof UnreachableError) return; // a stopped node: `up` starts it
    throw error;
  }
  const urns = [...new Set(drifts.filter(({ change }) => change !== "added").map(({ urn }) => urn))];
  if (urns.length === 0) return;
  const code = await session.pulumi.operate(run, [
    ...["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"],
    ...urns.flatMap((urn) => ["--target", urn]),
    ...stackFlags(session.options, session.state),
  ]);
  if (code !== 0) throw new UserError("The drift could not be read into the state; the reason stands above.");
}

async function removeAdditions(drifts: readonly Drift[], api: ClusterApi): Promise<void> {
  const paths = new Paths(api);
  const byUrn = Map.groupBy(
    drifts.filter(({ change }) => change === "added"),
    ({ urn }) => urn,
  );
  for (const added of byUrn.values()) {
    const [first] = added;
    const path = first && (await paths.one(first.object));
    if (path === undefined) continue;
    // From the back, so that taking one item out of a list does not move those still to go.
    const fields = added.map((drift) => drift.path).sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
    const patch = fields.map((field) => ({ op: "remove", path: field }));
    const { status, body } = await api.request("PATCH", path, patch, "application/json-patch+json");
    if (status >= 300 && status !== 404)
      throw new UserError(
        `${path} keeps what was added to it: the API server answers ${status}, ${JSON.stringify(body)}.`,
      );
  }
}
