import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Endpoint, hostPortOf, portMappings } from "../endpoints";
import type { Settings } from "../settings";
import { CrdPreflight } from "./crdPreflight";
import { LocalNode } from "./localNode";
import { LocalPathStorage } from "./storage";

export { LocalNode, type LocalNodeArgs } from "./localNode";

/** Where images are pushed for the cluster's pods: into the local node, or to a registry. */
export type ImageTarget =
  | { readonly containerdSocket: pulumi.Output<string>; readonly registry?: undefined }
  | { readonly registry: pulumi.Output<string>; readonly containerdSocket?: undefined };

export interface ClusterArgs {
  settings: Settings;
  /** Every endpoint of products and workloads; the local node maps a port to those that the settings publish. @default none */
  endpoints?: readonly Endpoint[];
  /** Images that a local node holds before anything starts; other clusters pull theirs. @default none */
  images?: readonly string[];
  /** The API versions of every CRD of the platform, by the CRD's name. Nothing is applied if they would lose objects. @default not checked */
  crdVersions?: Readonly<Record<string, readonly string[]>>;
  /** The namespaces that the stack creates. Nothing is applied if somebody else owns one of them. @default none */
  namespaces?: readonly string[];
}

/**
 * A Kubernetes cluster: a node created on this machine, or an existing cluster. Nothing outside this folder knows which.
 *
 * Resources of `provider` are created once the cluster answers, its node is Ready and its DNS serves. Those inside a local
 * cluster should have `deletedWith: cluster.node`, so that deleting the node is all that `down` does.
 */
export class Cluster extends pulumi.ComponentResource {
  /** An administrator's kubeconfig: a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The one provider of everything in the cluster. */
  readonly provider: k8s.Provider;
  /** The local node; absent where the cluster existed before. */
  readonly node?: LocalNode;
  /** Identifies the cluster, whatever else changes in its kubeconfig. */
  readonly identity: pulumi.Input<string>;
  readonly imageTarget: ImageTarget;
  /** Volume claims depend on these. */
  readonly volumes: readonly pulumi.Resource[];

  private readonly endpoints: readonly Endpoint[];
  private readonly urlOf: (endpoint: Endpoint) => pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:cluster:Cluster", name, {}, opts);
    const { settings, endpoints = [] } = args;
    this.endpoints = endpoints;

    if (settings.cluster === "local") {
      this.node = new LocalNode(`${name}-node`, localNode(settings, endpoints, args.images ?? []), { parent: this });
      this.kubeconfig = this.node.kubeconfig;
      this.identity = this.node.clusterId;
      this.imageTarget = { containerdSocket: this.node.containerdSocket };
      this.urlOf = (endpoint) => pulumi.output(`http://127.0.0.1:${hostPortOf(endpoint, settings)}`);
    } else {
      // Loaded only here: the client library takes half of the program's loading time.
      const files = import("./kubeconfig.js");
      const kubeconfig = files.then(({ readKubeconfig }) =>
        readKubeconfig(settings.kubeconfig ?? "", settings.kubeContext),
      );
      this.kubeconfig = pulumi.secret(kubeconfig);
      this.identity = files.then(async ({ identityOf }) => identityOf(await kubeconfig));
      this.imageTarget = { registry: pulumi.output(settings.registry ?? "") };
      let address: Promise<string> | undefined;
      this.urlOf = ({ nodePort }) => {
        address ??= files.then(async ({ nodePortAddress }) => nodePortAddress(await kubeconfig));
        return pulumi.interpolate`http://${address}:${nodePort}`;
      };
    }

    if (args.crdVersions) {
      const preflight = new CrdPreflight(
        `${name}-crds`,
        {
          kubeconfig: this.kubeconfig,
          versions: args.crdVersions,
          namespaces: args.namespaces ?? [],
          cluster: this.identity,
          // A local node has nothing that the stack has not created.
          adopt: settings.adopt ?? settings.cluster === "local",
        },
        { parent: this, ...within(this.node) },
      );
      this.kubeconfig = preflight.kubeconfig;
    }
    this.provider = new k8s.Provider(
      `${name}-provider`,
      {
        kubeconfig: this.kubeconfig,
        // Without it, any change of the kubeconfig would replace everything: minikube writes the date of each start there. A local node
        // stays the same at another port, but not with another certificate authority.
        clusterIdentifier: this.identity,
        // Objects of a deleted node are deleted with it. A stopped node is started before anything is deleted.
        ...(this.node ? { deleteUnreachable: true } : {}),
        enableServerSideApply: true,
        upsertExistingObjects: true,
        enablePatchForce: true,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      { parent: this, ...within(this.node) },
    );
    // Existing clusters bring their own StorageClass.
    this.volumes = this.node
      ? [
          new LocalPathStorage(`${name}-storage`, { provider: this.provider }, { parent: this, ...within(this.node) })
            .storageClass,
        ]
      : [];

    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /**
   * The address, from this machine, of the endpoint of that name.
   * @throws Error when neither a product nor a workload declares it
   */
  published(name: string): pulumi.Output<string> {
    const endpoint = this.endpoints.find((each) => each.name === name);
    if (endpoint === undefined)
      throw new Error(
        `There is no endpoint ${name}; there are ${this.endpoints.map((each) => each.name).join(", ") || "none"}.`,
      );
    return this.urlOf(endpoint);
  }
}

/** Resources inside a local node are deleted with it. */
function within(node: LocalNode | undefined): { deletedWith?: LocalNode } {
  return node ? { deletedWith: node } : {};
}

function localNode(settings: Settings, endpoints: readonly Endpoint[], images: readonly string[]) {
  return {
    name: settings.stack,
    kubernetesVersion: settings.kubernetesVersion,
    apiPort: settings.apiPort,
    publish: portMappings(endpoints, settings),
    images: [...images],
    ...(settings.subnet === undefined ? {} : { subnet: settings.subnet }),
  };
}
