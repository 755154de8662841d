/** Does for Profiles what upstream's controller does, whose image no package registry has: namespaces, owners, finalizers. */
import { setTimeout as pause } from "node:timers/promises";
import { connect, type ClusterApi } from "../../../drift/cluster";
import { APPLY_PATCH } from "../../../kube/mediaTypes";

interface Profile {
  metadata: { name: string; uid: string; deletionTimestamp?: string; finalizers?: string[] };
  spec: { owner: { kind: string; name: string }; resourceQuotaSpec?: object };
}

const PROFILES = "/apis/kubeflow.org/v1/profiles";
const FINALIZER = "profile-finalizer";
const INTERVAL_MS = 500;

/**
 * Looks after the Profiles of a cluster, from now on.
 * @returns what ends it
 */
export async function simulateProfiles(kubeconfig: string): Promise<() => Promise<void>> {
  const api = await connect(kubeconfig);
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const { status, body } = await api.request("GET", PROFILES);
      if (status === 200) for (const profile of (body as { items: Profile[] }).items) await lookAfter(api, profile);
      await pause(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await work;
    api.close();
  };
}

async function lookAfter(api: ClusterApi, profile: Profile): Promise<void> {
  const { name, uid, deletionTimestamp, finalizers = [] } = profile.metadata;
  const { owner } = profile.spec;
  const namespace = `/api/v1/namespaces/${name}`;
  const found = (await api.request("GET", namespace)) as {
    status: number;
    body: { metadata: { annotations?: Record<string, string> } };
  };
  // A namespace that is another's stays that one's, and nothing more is done, not even on the way out.
  if (found.status === 200 && found.body.metadata.annotations?.["owner"] !== owner.name) return;
  // What goes is first made whole, too, and is tried anew when that is refused.
  const apply = async (path: string, object: object): Promise<boolean> =>
    (await api.request("PATCH", `${path}?fieldManager=manager&force=true`, object, APPLY_PATCH)).status < 300;
  const hasNamespace = await apply(namespace, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: { "istio-injection": "enabled", "app.kubernetes.io/part-of": "kubeflow-profile" },
      annotations: { owner: owner.name },
      ownerReferences: [
        ...[{ apiVersion: "kubeflow.org/v1", kind: "Profile", name, uid, controller: true, blockOwnerDeletion: true }],
      ],
    },
  });
  const apiGroup = "rbac.authorization.k8s.io";
  const hasOwner = await apply(`/apis/${apiGroup}/v1/namespaces/${name}/rolebindings/namespaceAdmin`, {
    apiVersion: `${apiGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name: "namespaceAdmin", namespace: name, annotations: { user: owner.name, role: "admin" } },
    roleRef: { apiGroup, kind: "ClusterRole", name: "kubeflow-admin" },
    subjects: [{ apiGroup, kind: "User", name: owner.name }],
  });
  if (!hasNamespace || !hasOwner) return;
  const others = finalizers.filter((one) => one !== FINALIZER);
  const wanted = deletionTimestamp === undefined ? [...others, FINALIZER] : others;
  if (wanted.length !== finalizers.length) await update(api, profile, wanted);
}

/** As a program whose types have no empty quota that could be left out. */
const update = (api: ClusterApi, { metadata, spec, ...rest }: Profile, finalizers: string[]) =>
  api.request("PUT", `${PROFILES}/${metadata.name}?fieldManager=manager`, {
    ...rest,
    metadata: { ...metadata, finalizers },
    spec: { resourceQuotaSpec: {}, ...spec },
  });
