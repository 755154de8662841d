/** What WebhookReady asks of the API server. */
import { KubeError, mediaType, rootOf, undefinedIfNotFound } from "../../../kube";
import { type KubernetesApi } from "./kubernetesApi";

export interface WebhookConfiguration {
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  name: string;
}

/** An object to try a webhook with. */
export interface OfferedObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Webhook {
  name: string;
  rules?: unknown[];
  clientConfig: { caBundle?: string; service?: { namespace: string; name: string } };
}

interface EndpointSlices {
  items: { endpoints?: { conditions?: { ready?: boolean } }[] | null }[] | null;
}

/** What a webhook configuration lacks before its webhooks can be called, one phrase each. */
export async function lackingOf(api: KubernetesApi, { kind, name }: WebhookConfiguration): Promise<string[]> {
  const plural = `${kind.toLowerCase()}s`;
  const path = `/apis/admissionregistration.k8s.io/v1/${plural}/${name}`;
  const found = await undefinedIfNotFound<{ webhooks?: Webhook[] }>(api.call("GET", path));
  if (!found) return [`${kind} ${name}`];
  const lacking = new Map<string, Promise<string | undefined>>();
  for (const { clientConfig, rules } of found.webhooks ?? []) {
    const { service, caBundle } = clientConfig;
    if (!service) continue;
    // Some products write the rules of their webhooks themselves; until then a webhook is asked about nothing.
    if (!rules?.length) return [`the rules in ${kind} ${name}`];
    if (!caBundle) return [`the CA in ${kind} ${name}`];
    const key = `${service.namespace}/${service.name}`;
    if (!lacking.has(key)) lacking.set(key, lackingEndpoint(api, service));
  }
  return (await Promise.all(lacking.values())).flatMap((phrase) => phrase ?? []);
}

async function lackingEndpoint(
  api: KubernetesApi,
  { namespace, name }: { namespace: string; name: string },
): Promise<string | undefined> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${name}` };
  const { items } = (await api.call("GET", path, { query })) as EndpointSlices;
  const isReady = (items ?? []).some(({ endpoints }) =>
    (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
  );
  return isReady ? undefined : `a ready endpoint of service ${namespace}/${name}`;
}

/**
 * Offers an object in a dry run.
 * @returns what stands in the way of its being judged; undefined when it was judged, even if it was turned down
 */
export async function refusalOf(api: KubernetesApi, offer: OfferedObject): Promise<string | undefined> {
  const path = await collectionOf(api, offer);
  if (path === undefined) return `the API of ${offer.apiVersion} ${offer.kind}`;
  const query = { dryRun: "All", fieldManager: "kubeflow-stack", force: "true" };
  try {
    await api.call("PATCH", `${path}/${offer.metadata.name}`, {
      query,
      contentType: mediaType.applyPatch,
      body: offer,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // Only a webhook that was asked can deny; everything else that it says about the object is an answer too.
    const isUnasked = error.status >= 500 || /failed calling webhook/.test(error.message);
    return isUnasked ? `an answer about ${offer.kind} ${offer.metadata.name} (${error.message})` : undefined;
  }
}

async function collectionOf(
  api: KubernetesApi,
  { apiVersion, kind, metadata }: OfferedObject,
): Promise<string | undefined> {
  const root = rootOf(apiVersion);
  const found = await undefinedIfNotFound<{ resources: { name: string; kind: string }[] }>(api.call("GET", root));
  const plural = found?.resources.find((resource) => resource.kind === kind && !resource.name.includes("/"))?.name;
  if (plural === undefined) return undefined;
  return metadata.namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${metadata.namespace}/${plural}`;
}
