// First of all, since not every language host passes on the `nodeargs` of Pulumi.yaml: what follows is loaded by it.
import "./toolchain/typescript.cjs";
import { Cluster, nodePorts } from "./infra/cluster";
import { loadPlatformManifests, Platform } from "./infra/platform";
import { loadSettings } from "./infra/settings";
import { platformImages } from "./infra/versions";
import { Digits } from "./workloads/digits";

/** The whole stack: settings -> cluster -> platform -> workloads -> outputs (`infra/outputs.ts` says what each is). */
export = async () => {
  const settings = loadSettings();
  const manifests = await loadPlatformManifests(settings);
  const cluster = new Cluster("cluster", {
    settings,
    images: settings.imageMirror === undefined ? platformImages(settings) : [],
    crdVersions: manifests.crdVersions,
    namespaces: [...manifests.namespaces, Digits.namespace],
  });
  const platform = new Platform("platform", { cluster, manifests, settings });
  const { objectStore, kserve } = platform;
  const digits = new Digits("digits", {
    ...{ cluster, nodePorts, objectStore, bucket: objectStore.bucket },
    ...{ kserve: kserve.ready, settings: settings.digits, rotation: settings.rotation },
  });
  const { pageUrl, predictorUrl, model } = digits;
  return {
    ...{ kubeconfig: cluster.kubeconfig, pageUrl, predictorUrl, model },
    ...{ objectStoreUrl: cluster.published("objectStore"), bucket: objectStore.bucket },
    objectStoreConsoleUrl: cluster.published("objectStoreConsole"),
    ...(settings.knativeIngress !== "none" && { knativeUrl: cluster.published("knative") }),
    ...platform.access?.outputs,
  };
};
