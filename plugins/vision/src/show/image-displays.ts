import { TensorImage, TensorImageBW } from "@fastap/plugin-data";
import { defineDisplay, withMarks } from "@fastap/plugin-display";
import type { Display, Raster } from "@fastap/plugin-display";

/** `[height, width, 1 or 3]`: whole numbers are bytes, fractions 0…1; what is beyond is clipped. `@source fastai.torch_core.show_image` */
export const imageDisplay: Display = defineDisplay({
  type: TensorImage,
  role: "picture",
  draw: (image, cell) => withMarks(cell, { kind: "raster", raster: rasterOf(image, bytes(image)) }),
});

/** One channel, black on white, stretched from its lowest to its highest value. `@source fastai.vision.core.PILImageBW, colour map Greys` */
export const greyDisplay: Display = defineDisplay({
  type: TensorImageBW,
  role: "picture",
  draw: (image, cell) => withMarks(cell, { kind: "raster", raster: rasterOf(image, greys(image)) }),
});

function rasterOf({ shape }: TensorImage, data: Uint8Array): Raster {
  const [height = 0, width = 0, channels = 1] = shape;
  if (channels === 1 || channels === 3) return { width, height, channels, data };
  const [red, green, blue] = channels === 2 ? [0, 1, 1] : [0, 1, 2];
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const channel = [red, green, blue][i % 3] ?? 0;
    return data[Math.floor(i / 3) * channels + channel] ?? 0;
  });
  return { width, height, channels: 3, data: rgb };
}

function bytes({ data, dtype }: TensorImage): Uint8Array {
  const scale = data instanceof Float32Array && dtype !== "int32" ? 255 : 1;
  return Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value * scale))));
}

function greys({ data }: TensorImage): Uint8Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Uint8Array.from(data, (value) => 255 - Math.round(((value - low) / (high - low || 1)) * 255));
}
