import type { Preset } from "@fastap/kernel";
import { core } from "@fastap/preset-core";

/** Image recipes: the core preset, to which the vision plugins will be added. */
export const vision: Preset = { name: "vision", presets: [core], plugins: [] };
