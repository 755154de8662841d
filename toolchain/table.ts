import { containerTools } from "./tools/containers";
import { define, fromDebian } from "./tools/define";
import { kubernetesTools } from "./tools/kubernetes";
import { languageTools } from "./tools/languages";

const browserTools = define({
  chromium: {
    ...fromDebian(
      ["chromium", "fonts-dejavu-core", "fontconfig-config", "libgl1-mesa-dri", "libegl1"],
      { chromium: "usr/lib/chromium/chromium" },
      {
        // PulseAudio's client library looks for its own parts in a folder that only its rpath names.
        LD_LIBRARY_PATH: "{lib}:{lib}/pulseaudio",
        FONTCONFIG_PATH: "{root}/etc/fonts",
        FONTCONFIG_SYSROOT: "{root}",
        CHROME_WRAPPER: "{root}/usr/bin/chromium",
      },
    ),
    machine: { asks: "chromium", least: "110.0" },
    official: { none: "its project publishes snapshots without checksums" },
  },
});

/** Every tool that a machine may lack, and the ways to it, tried in this order: machine, official release, registries. */
export const table = { ...languageTools, ...kubernetesTools, ...containerTools, ...browserTools };

/** A tool that can be asked for by name. */
export type ToolName = keyof typeof table;
