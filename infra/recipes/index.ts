/** The toolchain of this stack: its tables of tools and image recipes, bound once for everybody. */
import { createToolchain } from "../../toolchain";
import { images } from "./images";
import { tools } from "./tools";

export type { ToolName } from "./tools";

export const { ensureTools, ensureImages, installTool, imageRefs, hasTool, hasImage } = createToolchain({
  tools,
  images,
  sourceFolder: __dirname,
});
