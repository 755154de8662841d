/**
 * What controllers of the cluster and the platform write to objects of the stack beside what is declared: their work, and no drift.
 * Everybody can call himself by a controller's name, and does without meaning to (`manager`, `Go-http-client`); so a name excuses
 * nothing but the fields that its bearer is known to write, in the kinds it is known to write them in.
 */
interface Work {
  /** What the writer calls itself in `managedFields`. */
  readonly managers: RegExp;
  readonly kinds: RegExp;
  /** JSON pointers. */
  readonly fields: RegExp;
}

const kubernetes = /^kube-(controller-manager|scheduler)$/;
/** Programs under `cmd/` of the platform's products, by the names they run under. */
const operators =
  /^(manager|controller|webhook|cainjector|pilot-discovery|katib-controller|Go-http-client|(cert-manager|training-operator|trainer|jobset|kserve|knative|notebook|profile|tensorboard|pvcviewer|spark-operator|metacontroller)\b.*)$/;

const webhookConfigurations = /^(Mutating|Validating)WebhookConfiguration$/;

const works: readonly Work[] = [
  {
    managers: kubernetes,
    kinds: /^Deployment$/,
    fields: /^\/metadata\/annotations\/deployment\.kubernetes\.io~1revision$/,
  },
  // A HorizontalPodAutoscaler's work, where the replicas are not declared.
  { managers: kubernetes, kinds: /^(Deployment|StatefulSet)$/, fields: /^\/spec\/replicas$/ },
  {
    managers: kubernetes,
    kinds: /^PersistentVolume(Claim)?$/,
    fields:
      /^\/(metadata\/annotations\/(pv|volume)\.(beta\.)?kubernetes\.io~1|metadata\/finalizers\/|spec\/(volumeName|storageClassName|claimRef)$)/,
  },
  {
    managers: /^clusterrole-aggregation-controller$|^kube-controller-manager$/,
    kinds: /^ClusterRole$/,
    fields: /^\/rules(\/|$)/,
  },
  // Certificates of webhooks; Istio and Knative also say themselves what their own are asked, and how.
  { managers: operators, kinds: webhookConfigurations, fields: /^\/webhooks\/\d+\/clientConfig\/caBundle$/ },
  { managers: /^pilot-discovery$/, kinds: webhookConfigurations, fields: /^\/webhooks\/\d+\/failurePolicy$/ },
  {
    managers: /^webhook$/,
    kinds: webhookConfigurations,
    fields:
      /^\/(metadata\/ownerReferences|webhooks\/\d+\/(rules|namespaceSelector|reinvocationPolicy|clientConfig\/service\/path))(\/|$)/,
  },
  {
    managers: operators,
    kinds: /^CustomResourceDefinition$/,
    fields: /^\/spec\/conversion(\/webhook(\/clientConfig(\/caBundle)?)?)?$/,
  },
  { managers: operators, kinds: /^APIService$/, fields: /^\/spec\/caBundle$/ },
  { managers: operators, kinds: /^Secret$/, fields: /^\/(data|type)$/ },
];

/** Kinds of Kubernetes itself, to which operators add no finalizers of theirs. */
const builtIn = /^([^.]+|.*\.k8s\.io)$/;

/**
 * Whether writing a field is the work of a controller.
 * @param object - the object's kind and API version
 * @param path - JSON pointer of the field, which is not declared
 */
export function isControllersWork(
  manager: string,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  path: string,
): boolean {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  if (operators.test(manager) && group !== "" && !builtIn.test(group) && /^\/metadata\/finalizers(\/|$)/.test(path))
    return true;
  return works.some((work) => work.managers.test(manager) && work.kinds.test(kind) && work.fields.test(path));
}

/** Whether that is the name of a controller, which may hold a declared field that it set to the declared value. */
export const isController = (manager: string): boolean =>
  kubernetes.test(manager) || operators.test(manager) || /^kube-apiserver$/.test(manager);
