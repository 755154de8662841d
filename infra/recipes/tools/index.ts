import { containerTools } from "./containers";
import { define, fromDebian } from "./define";
import { kubernetesTools } from "./kubernetes";
import { languageTools } from "./languages";

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

/** Every tool that a machine may lack, with the ways to obtain it. */
export const tools = { ...languageTools, ...kubernetesTools, ...containerTools, ...browserTools };

/** The name of a tool in the table. */
export type ToolName = keyof typeof tools;
