import { defineDisplay } from "@fastap/plugin-display";
import type { Display } from "@fastap/plugin-display";
import { InvisibleTensor } from "../gan/generate-noise.ts";

/** Nothing: what a generator starts from. `@source fastai.vision.gan.InvisibleTensor` */
export const hiddenDisplay: Display = defineDisplay({ type: InvisibleTensor, role: "hidden", draw: (_, cell) => cell });
