import { mb32Uniform } from "../tensor.ts";

/** Rows for cases whose decisions do not depend on the data: `features` inputs in (−1, 1), and their mean as the target. */
export function noiseData(rows: number, features: number = 2): { readonly X: unknown; readonly Y: unknown } {
  const x = mb32Uniform("rows", rows * features).map((u) => Math.fround(2 * u - 1));
  const y = Array.from({ length: rows }, (_, i) => x.slice(i * features, (i + 1) * features).reduce((a, b) => a + b, 0) / features);
  return { X: { shape: [rows, features], dtype: "f32", data: x }, Y: { shape: [rows, 1], dtype: "f32", data: y } };
}

/** One Linear for them. */
export const noiseWeights: Readonly<Record<string, unknown>> = {
  "0.weight": { shape: [1, 2], dtype: "f32", data: [0.5, -0.25] },
  "0.bias": { shape: [1], dtype: "f32", data: [0.1] },
};
