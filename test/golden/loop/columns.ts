import type { Column } from "@fastap/plugin-data";
import { decodeTensor } from "../tensor.ts";

/** A tensor of a case, one row per item: images channels last, whole numbers as class numbers. */
export function columnOf(json: unknown): Column {
  const { shape, dtype, data } = decodeTensor(json);
  if (!dtype.startsWith("f")) return { data: Int32Array.from(data), shape: shape.slice(1) };
  if (shape.length !== 4) return { data: Float32Array.from(data), shape: shape.slice(1) };
  const [n = 0, c = 0, h = 0, w = 0] = shape;
  return { data: channelsLast(data, [n, c, h, w]), shape: [h, w, c] };
}

/** `[n, c, h, w]` → `[n, h, w, c]`. */
function channelsLast(data: readonly number[], [n, c, h, w]: readonly [number, number, number, number]): Float32Array {
  const out = new Float32Array(n * c * h * w);
  for (let i = 0; i < out.length; i++) {
    const [ch, rest] = [i % c, Math.floor(i / c)];
    const [x, y, item] = [rest % w, Math.floor(rest / w) % h, Math.floor(rest / (w * h))];
    out[i] = data[((item * c + ch) * h + y) * w + x] ?? NaN;
  }
  return out;
}

/** `[n, h, w, c]` → `[n, c, h, w]`, to compare with a case; other shapes as they are. */
export function channelsFirst(data: ArrayLike<number>, shape: readonly number[]): number[] {
  const values = Array.from(data);
  if (shape.length !== 4) return values;
  const [n = 0, h = 0, w = 0, c = 0] = shape;
  return Array.from({ length: n * c * h * w }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w) % h];
    const [ch, item] = [Math.floor(i / (w * h)) % c, Math.floor(i / (w * h * c))];
    return values[((item * h + y) * w + x) * c + ch] ?? NaN;
  });
}
