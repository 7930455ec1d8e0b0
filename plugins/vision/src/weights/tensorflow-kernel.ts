import type { StoredTensor } from "@fastap/kernel";

/** A kernel `[height, width, in, out]` as PyTorch's `[out, in, height, width]`. */
export function convKernel(data: Float32Array, [height = 1, width = 1, ni = 1, nf = 1]: readonly number[]): StoredTensor {
  return { dtype: "F32", shape: [nf, ni, height, width], data: byFilter(data, height * width, ni, nf) };
}

/** A kernel `[height, width, channels, multiplier]` as PyTorch's `[channels · multiplier, 1, height, width]`. */
export function depthwiseKernel(data: Float32Array, [height = 1, width = 1, ni = 1, multiplier = 1]: readonly number[]): StoredTensor {
  const filters = ni * multiplier;
  return { dtype: "F32", shape: [filters, 1, height, width], data: byFilter(data, height * width, 1, filters) };
}

/** A matrix `[in, out]`, or a kernel of one pixel, as PyTorch's `[out, in]`. */
export function linearKernel(data: Float32Array, shape: readonly number[]): StoredTensor {
  const [ni = 1, nf = 1] = shape.slice(-2);
  return { dtype: "F32", shape: [nf, ni], data: byFilter(data, 1, ni, nf) };
}

/** `[pixels, in, out]` → `[out, in, pixels]` */
function byFilter(from: Float32Array, pixels: number, ni: number, nf: number): Float32Array {
  const data = new Float32Array(from.length);
  for (let f = 0; f < nf; f++) {
    for (let c = 0; c < ni; c++) {
      for (let p = 0; p < pixels; p++) data[(f * ni + c) * pixels + p] = from[(p * ni + c) * nf + f] ?? 0;
    }
  }
  return data;
}
