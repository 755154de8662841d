import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type JsonMap } from "../../../infra/manifests";
import { loadPlatformManifests, Platform, type PlatformArgs } from "../../../infra/platform";
import { type RecordedResource, recordResources } from "../../../engine/recorder";
import { distribution } from "./distribution";

/** What every generated credential begins with; its resource's name and the number of the rotation follow. */
export const generated = "generated-by-pulumi";

const answers = {
  "random:index/randomPassword:RandomPassword": (inputs: Record<string, unknown>, name: string) => {
    const { rotation = "once" } = (inputs["keepers"] ?? {}) as Record<string, string>;
    const result = `${generated}-${name}-${rotation}`;
    return { result, bcryptHash: `${result}-hashed` };
  },
};

/** Settings beside the defaults, and products to be left out. */
type Choice = Partial<PlatformArgs["settings"]> & { readonly without?: readonly string[] };

/** All of Kubeflow as the program registers it, with no engine and no cluster. */
export class FullPlatform {
  private constructor(
    readonly resources: readonly RecordedResource[],
    readonly platform: Platform,
  ) {}

  private static readonly recorded = new Map<string, Promise<FullPlatform>>();

  /**
   * Registers the platform, once for the same settings.
   * @param settings beside the defaults
   */
  static record(settings: Choice = {}): Promise<FullPlatform> {
    const key = JSON.stringify(settings);
    const made = this.recorded.get(key) ?? this.register(settings);
    this.recorded.set(key, made);
    return made;
  }

  private static async register(settings: Choice): Promise<FullPlatform> {
    const manifests = await loadPlatformManifests({ profile: "full", distribution: await distribution(), ...settings });
    let platform: Platform | undefined;
    const resources = await recordResources(
      () => {
        const kubeconfig = pulumi.secret("a kubeconfig");
        const provider = new k8s.Provider("cluster", { kubeconfig });
        const cluster = { kubeconfig, provider, published: (name: string) => pulumi.output(`http://node/${name}`) };
        const all = { objectStoreSize: "5Gi", rotation: 1, ...settings };
        platform = new Platform("platform", { cluster, manifests, settings: all });
      },
      { answers },
    );
    if (platform === undefined) throw new Error("The program made no platform.");
    return new FullPlatform(resources, platform);
  }

  /**
   * The inputs of a resource.
   * @param label its type and name
   */
  inputs(label: string): JsonMap {
    const found = this.resources.find((resource) => resource.label === label);
    if (!found) throw new Error(`There is no ${label}.`);
    return found.inputs as JsonMap;
  }

  /** The resources of a Kubernetes kind, as in `core/v1:Secret`. */
  of(kind: string): RecordedResource[] {
    return this.resources.filter(({ type }) => type === `kubernetes:${kind}`);
  }
}
