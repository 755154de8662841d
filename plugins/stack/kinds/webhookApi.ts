/** What WebhookReady asks of the API server. */
import type { KubeClient } from "../../../kube/client";
import { ApiError, NoSuchKindError, undefinedIfNotFound } from "../../../kube/errors";
import { KubeObjects } from "../../../kube/objects";

export interface WebhookConfiguration {
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  name: string;
}

/** An object that is sent in a dry run, so that a webhook is called. */
export interface WebhookProbe {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Webhook {
  name: string;
  rules?: unknown[];
  clientConfig: { caBundle?: string; service?: { namespace: string; name: string } };
}

interface EndpointSlice {
  endpoints?: { conditions?: { ready?: boolean } }[] | null;
}

/** What a webhook configuration lacks before its webhooks can be called, one phrase each. */
export async function missingFrom(client: KubeClient, { kind, name }: WebhookConfiguration): Promise<string[]> {
  const path = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s/${name}`;
  const found = await undefinedIfNotFound<{ webhooks?: Webhook[] }>(client.request("GET", path));
  if (!found) return [`${kind} ${name}`];
  const missing = new Map<string, Promise<string | undefined>>();
  for (const { clientConfig, rules } of found.webhooks ?? []) {
    const { service, caBundle } = clientConfig;
    if (!service) continue;
    // Some products write the rules of their webhooks themselves; until then a webhook is called for nothing.
    if (!rules?.length) return [`the rules in ${kind} ${name}`];
    if (!caBundle) return [`the CA in ${kind} ${name}`];
    const key = `${service.namespace}/${service.name}`;
    if (!missing.has(key)) missing.set(key, missingEndpoint(client, service));
  }
  return (await Promise.all(missing.values())).flatMap((phrase) => phrase ?? []);
}

async function missingEndpoint(
  client: KubeClient,
  { namespace, name }: { namespace: string; name: string },
): Promise<string | undefined> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${name}` };
  const slices = (await client.list(path, { query })) as readonly EndpointSlice[];
  const isReady = slices.some(({ endpoints }) =>
    (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
  );
  return isReady ? undefined : `a ready endpoint of service ${namespace}/${name}`;
}

/**
 * Applies a probe in a dry run.
 * @returns what is missing before it can be judged; `undefined` when it was judged, even if it was denied
 */
export async function missingForProbe(client: KubeClient, probe: WebhookProbe): Promise<string | undefined> {
  const { kind, metadata } = probe;
  try {
    await new KubeObjects(client).apply(probe, { manager: "kubeflow-stack", dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof NoSuchKindError) return `the API of ${probe.apiVersion} ${kind}`;
    if (!(error instanceof ApiError)) throw error;
    // Only a webhook that was called can deny; any other refusal of the object is an answer too.
    const isUnasked = error.status >= 500 || /failed calling webhook/.test(error.message);
    return isUnasked ? `an answer about ${kind} ${metadata.name} (${error.message})` : undefined;
  }
}
