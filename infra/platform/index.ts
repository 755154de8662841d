/** The platform: products, put together by a profile. See `Platform`. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nodePorts } from "../cluster";
import type { Settings } from "../settings";
import { CertManager } from "./certManager";
import type { PlatformCluster, ProductContext } from "./context";
import { KServe } from "./kserve";
import { Knative } from "./knative";
import type { PlatformManifests } from "./manifests";
import { ObjectStore } from "./objectStore";
import { TrainingOperator } from "./trainingOperator";

export type { PlatformCluster } from "./context";
export { loadPlatformManifests } from "./manifests";
export type { PlatformManifests } from "./manifests";
export type { ObjectStore } from "./objectStore";

export interface PlatformArgs {
  readonly cluster: PlatformCluster;
  /** From `loadPlatformManifests`, before any resource is made. */
  readonly manifests: PlatformManifests;
  readonly settings: Pick<Settings, "objectStoreSize" | "rotation">;
}

/**
 * The products of profile `core`. What a workload depends on is `ready` of the products that it uses.
 * Destroying goes backwards: workloads and their custom resources, controllers, CRDs, namespaces.
 */
export class Platform extends pulumi.ComponentResource {
  readonly objectStore: ObjectStore;
  readonly certManager: CertManager;
  readonly knative: Knative;
  readonly kserve: KServe;
  readonly trainingOperator: TrainingOperator;
  /** The namespace `kubeflow`. */
  readonly namespace: k8s.core.v1.Namespace;
  /** All of the platform. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, manifests, settings } = args;
    super("kubeflow-stack:platform:Platform", name, {}, { ...opts, providers: { kubernetes: cluster.provider } });
    const child = { parent: this };
    const context: ProductContext = {
      kubeconfig: cluster.kubeconfig,
      childOptions: cluster.node ? { deletedWith: cluster.node } : {},
    };

    this.namespace = new k8s.core.v1.Namespace(
      `${name}-kubeflow`,
      { metadata: { name: "kubeflow" } },
      { ...context.childOptions, parent: this },
    );
    this.objectStore = new ObjectStore(
      "minio",
      {
        ...context,
        namespace: this.namespace,
        size: settings.objectStoreSize,
        rotation: settings.rotation,
        publishedUrl: cluster.published("objectStore"),
        nodePorts: { api: nodePorts.objectStore, console: nodePorts.objectStoreConsole },
      },
      child,
    );
    this.certManager = new CertManager("cert-manager", { ...context, manifest: manifests.certManager }, child);
    this.knative = new Knative("knative", { ...context, manifest: manifests.knative }, child);
    const knativeKinds = this.knative.crds ? [this.knative.crds] : [];
    this.kserve = new KServe(
      "kserve",
      { ...context, manifest: manifests.kserve, needs: [...this.certManager.ready, ...knativeKinds] },
      child,
    );
    this.trainingOperator = new TrainingOperator(
      "training-operator",
      { ...context, manifest: manifests.trainingOperator, namespace: this.namespace },
      child,
    );
    this.ready = [this.objectStore, this.certManager, this.knative, this.kserve, this.trainingOperator].flatMap(
      (product) => [...product.ready],
    );
    this.registerOutputs({});
  }
}
