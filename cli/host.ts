import { nodePorts, publishedNames } from "../infra/cluster/ports";
import type { Settings } from "../infra/settings";
import { checkHost } from "../plugins/stack/node/checkHost";
import { defaultStateDir } from "../plugins/stack/node/paths";
import { DEFAULT_SUBNET } from "../plugins/stack/node/settings";
import { aptFault } from "../toolchain/debian/needed";
import type { Options } from "./arguments";
import { ownerOf } from "./node";

/** The node's tools that no project publishes as programs. */
const fromPackages = ["iptables", "passt", "conntrack", "buildah"] as const;

/**
 * What this machine lacks for what the settings ask, one sentence each.
 * @param settings - faulty ones (a text) say nothing of what will be asked of the machine
 * @param options - which stack it is for
 */
export async function hostFaults(settings: Settings | string, options: Options): Promise<string[]> {
  if (typeof settings === "string" || settings.cluster !== "local") return [];
  const node = {
    name: settings.stack,
    kubernetesVersion: settings.kubernetesVersion,
    apiPort: settings.apiPort,
    publish: publishedNames(settings.profile).map((name) => ({
      name,
      hostPort: settings[`${name}Port`],
      nodePort: nodePorts[name],
    })),
    images: [],
    subnet: settings.subnet ?? DEFAULT_SUBNET,
    stateDir: defaultStateDir(settings.stack),
  };
  const faults = await checkHost(node, ownerOf(options));
  const apt = process.platform === "linux" ? await aptFault(fromPackages) : undefined;
  return [...faults.map(({ message }) => message), ...(apt === undefined ? [] : [apt])];
}
