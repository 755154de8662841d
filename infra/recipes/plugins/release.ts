import { arch, system } from "../../../toolchain/home";
import type { Tool } from "../../../toolchain/types";
import { pulumi } from "../../versions";

/** A provider plugin that the stack uses. */
export type PluginName = keyof typeof pulumi.plugins;

/** The official release of a provider plugin, at the version that its SDK asks the engine for. */
export function pluginRelease(name: PluginName): Omit<Tool, "registries"> {
  const version = pulumi.plugins[name];
  const program = `pulumi-resource-${name}`;
  const release = `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}`;
  return {
    version,
    programs: [program],
    machine: { none: "the engine finds a plugin of the machine by itself" },
    official: {
      files: [
        {
          url: `${release}/${program}-v${version}-${system}-${arch}.tar.gz`,
          sha256: { publishedAt: `${release}/pulumi-${name}_${version}_checksums.txt` },
          programs: { [program]: program },
        },
      ],
    },
  };
}
