import type { Sample } from "@fastap/plugin-data";

/** Bytes with interleaved channels: grey, grey and alpha, RGB, or RGB and alpha. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** `[height, width, 3]`; grey is repeated, alpha left out. */
export function toRgb({ data, width, height, channels }: Pixels): Sample {
  const shape = [height, width, 3];
  if (channels === 3) return { data, shape, dtype: "int32" };
  const out = new Uint8Array(width * height * 3);
  const [second, third] = channels < 3 ? [0, 0] : [1, 2];
  for (let from = 0, to = 0; to < out.length; from += channels, to += 3) {
    out[to] = data[from] ?? 0;
    out[to + 1] = data[from + second] ?? 0;
    out[to + 2] = data[from + third] ?? 0;
  }
  return { data: out, shape, dtype: "int32" };
}

/** `[height, width, 1]` by the weights of ITU-R 601-2, in Pillow's fixed-point numbers. `@source PIL.Image.convert("L")` */
export function toGrey({ data, width, height, channels }: Pixels): Sample {
  const shape = [height, width, 1];
  if (channels === 1) return { data, shape, dtype: "int32" };
  const out = new Uint8Array(width * height);
  for (let from = 0, to = 0; to < out.length; from += channels, to++) {
    const [r = 0, g = 0, b = 0] = [data[from], data[from + 1], data[from + 2]];
    out[to] = channels < 3 ? r : (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  }
  return { data: out, shape, dtype: "int32" };
}
