import "../../../toolchain/typescript.cjs";
import * as pulumi from "@pulumi/pulumi";
import { catalog } from "../../../catalog";
import { Cluster } from "../../../infra/cluster";
import { loadPlatformManifests, Platform } from "../../../infra/platform";
import { withCopies } from "./copies";
import { isAnswered, patchesFor } from "./patches";

/**
 * The platform of `index.ts`, without workloads, on a cluster whose nodes are simulated (`simulatedCluster.ts`). Beside the
 * stack's own configuration it takes `simulated:objectStoreUrl`, `simulated:awaited` (whether to wait for pods; default: no),
 * `simulated:mixed` (whether pods that can really run do; default: no) and `simulated:copies` (how often each object is to be
 * there; default: 1).
 */
export = async () => {
  const settings = catalog.settings.load();
  const config = new pulumi.Config("simulated");
  const objectStoreUrl = pulumi.output(config.require("objectStoreUrl"));
  const mixed = config.getBoolean("mixed") ?? false;
  const loaded = await loadPlatformManifests({ ...settings, patches: patchesFor(mixed) });
  const manifests = withCopies(loaded, config.getNumber("copies") ?? 1);
  const cluster = new Cluster("cluster", {
    settings,
    crdVersions: manifests.crdVersions,
    namespaces: manifests.namespaces,
  });
  const { kubeconfig, provider, identity } = cluster;
  const awaited = (config.getBoolean("awaited") ?? false) && isAnswered(mixed);
  const platform = new Platform("platform", {
    cluster: { kubeconfig, provider, identity, published: () => objectStoreUrl },
    manifests,
    settings,
    awaited,
  });
  return { bucket: platform.objectStore.bucket, ...platform.outputs };
};
