// First of all, since not every language host passes on the `nodeargs` of Pulumi.yaml: what follows is loaded by it.
import "./toolchain/typescript.cjs";
import { catalog } from "./catalog";
import { Cluster } from "./infra/cluster";
import { loadPlatformManifests, Platform } from "./infra/platform";
import { imagesOf } from "./infra/products/product";
import { Digits } from "./workloads/digits";
import { digitsSettings } from "./workloads/digits/settings";
import { digitsEndpoints } from "./workloads/digits/workload";

/** The whole stack: settings -> cluster -> platform -> workloads -> outputs (`infra/outputs.ts` says what each is). */
export = async () => {
  const settings = catalog.settings.load();
  const manifests = await loadPlatformManifests(settings);
  const cluster = new Cluster("cluster", {
    settings,
    endpoints: catalog.endpoints,
    images: settings.imageMirror === undefined ? imagesOf(catalog.products, settings) : [],
    crdVersions: manifests.crdVersions,
    namespaces: [...manifests.namespaces, Digits.namespace],
  });
  const platform = new Platform("platform", { cluster, manifests, settings });
  const { objectStore } = platform;
  const digits = new Digits("digits", {
    cluster,
    nodePorts: { page: digitsEndpoints.page.nodePort, predictor: digitsEndpoints.predictor.nodePort },
    objectStore,
    kserve: platform.readyOf("kserve"),
    settings: digitsSettings.parse(settings.workloads["digits"]),
    rotation: settings.rotation,
  });
  const { pageUrl, predictorUrl, model } = digits;
  return {
    kubeconfig: cluster.kubeconfig,
    pageUrl,
    predictorUrl,
    model,
    ...platform.outputs,
  };
};
