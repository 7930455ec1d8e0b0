import type { Column } from "./array-dataset.ts";
import { E_DATA_COUNT, E_DATA_IDX_SHAPE, E_DATA_LABEL } from "./errors.ts";
import type { IdxArray } from "./idx.ts";
import type { Normalize } from "./idx-options.ts";

/** Where a pixel came from: a byte 0…255 means 0…1. */
const BYTE_SCALE = 1 / 255;

const PLAIN: Normalize = { mean: 0, std: 1 };

/** Pixel in 0…1 → what the model sees. */
export function pixelValue(pixel: number, { mean, std }: Normalize = PLAIN): number {
  return (pixel - mean) / std;
}

/** Float of every byte. */
export function byteValues(normalize?: Normalize): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => pixelValue(byte * BYTE_SCALE, normalize));
}

/** `[rows, height, width]` or `[rows, height, width, channels]` as a column of `[height, width, channels]` float32. @throws E_DATA_IDX_SHAPE */
export function imageColumn({ data, shape }: IdxArray, name: string, normalize?: Normalize): Column {
  const [, height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || shape.length > 4 || height * width * channels === 0)
    throw E_DATA_IDX_SHAPE({ name, expected: "[images, height, width] or [images, height, width, channels]", shape });
  const itemShape = [height, width, channels];
  if (data instanceof Uint8Array) return { data, shape: itemShape, dtype: "float32", byteValues: byteValues(normalize) };
  return { data: Float32Array.from(data, (pixel) => pixelValue(pixel, normalize)), shape: itemShape, dtype: "float32" };
}

/** `[rows]` class numbers as an int32 column. @throws E_DATA_IDX_SHAPE, E_DATA_LABEL */
export function labelColumn({ data, shape }: IdxArray, name: string, classes: number): Column {
  if (shape.length !== 1) throw E_DATA_IDX_SHAPE({ name, expected: "[labels]", shape });
  const row = data.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (row >= 0) throw E_DATA_LABEL({ file: name, row, label: data[row] ?? Number.NaN, classes });
  return { data: Int32Array.from(data), shape: [], dtype: "int32" };
}

/** @throws E_DATA_COUNT */
export function sameCount(
  images: { readonly file: string; readonly n: number },
  labels: { readonly file: string; readonly n: number },
): void {
  if (images.n !== labels.n) throw E_DATA_COUNT({ images: images.file, labels: labels.file, nImages: images.n, nLabels: labels.n });
}
