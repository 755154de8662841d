import { Cluster } from "./infra/cluster";
import { loadPlatformManifests, Platform } from "./infra/platform";
import { loadSettings } from "./infra/settings";
import { platformImages } from "./infra/versions";

/** The whole stack: settings -> cluster -> platform -> workloads -> outputs. */
export = async () => {
  const settings = loadSettings();
  const manifests = await loadPlatformManifests();
  const cluster = new Cluster("cluster", { settings, images: platformImages(settings.profile) });
  const platform = new Platform("platform", { cluster, manifests, settings });
  return {
    kubeconfig: cluster.kubeconfig,
    objectStoreUrl: cluster.published("objectStore"),
    platform: platform.ready.length,
  };
};
