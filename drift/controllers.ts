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

/** What the platform's controllers let objects wait for before they go. Somebody else's finalizer is nobody's work: nothing would take it away. */
const finalizers =
  /^(inferenceservice\.finalizers|trainedmodel\.finalizer|profile-finalizer|update-prometheus-metrics|clean-data-in-db|([\w-]+\.)*(knative\.dev|kubeflow\.org|kserve\.io|cert-manager\.io|metacontroller\.(io|app))(\/.+)?)$/;

/**
 * Whether writing a field is the work of a controller.
 * @param kind - the object's
 * @param field - the field, by its JSON pointer, which is not declared
 */
export function isControllersWork(
  manager: string,
  kind: string,
  { path, value }: { readonly path: string; readonly value: unknown },
): boolean {
  if (operators.test(manager) && path.startsWith("/metadata/finalizers/") && finalizers.test(String(value)))
    return true;
  return works.some((work) => work.managers.test(manager) && work.kinds.test(kind) && work.fields.test(path));
}

/** Whether that is the name of a controller, which may hold a declared field that it set to the declared value. */
export const isController = (manager: string): boolean =>
  kubernetes.test(manager) || operators.test(manager) || /^kube-apiserver$/.test(manager);
