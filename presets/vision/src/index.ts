import type { Preset } from "@fastap/kernel";
import { vision as images } from "@fastap/plugin-vision";
import { core } from "@fastap/preset-core";

/** Image recipes: the core preset and the vision plugin. */
export const vision: Preset = { name: "vision", presets: [core], plugins: [images] };
