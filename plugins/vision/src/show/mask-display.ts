import { TensorMask } from "@fastap/plugin-data";
import { defineDisplay, withMarks } from "@fastap/plugin-display";
import type { Display, Raster } from "@fastap/plugin-display";
import { tab20 } from "./tab20.ts";

const OPACITY = 0.5;

/**
 * `[height, width]` of class numbers, half transparent. fastai stretches the colours over the classes of each mask; here a class has one
 * colour, so that target and prediction can be compared.
 * @source fastai.torch_core.TensorMask
 */
export const maskDisplay: Display = defineDisplay({
  type: TensorMask,
  role: "overlay",
  draw: (mask, cell) => withMarks(cell, { kind: "raster", raster: colored(mask), opacity: OPACITY }),
});

function colored({ data, shape }: TensorMask): Raster {
  const [height = 0, width = 0] = shape;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(tab20(Math.round(data[i] ?? 0)), i * 3);
  return { width, height, channels: 3, data: rgb };
}
