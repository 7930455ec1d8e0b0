import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly maxNorm: number;
  readonly eps: number;
}

/**
 * Inputs `0`, `1`, … → `[norm, …]`: the norm of all together, a scalar, and each of them times `min(1, maxNorm / (norm + eps))`, in
 * place where its memory is not shared. @source torch.nn.utils.clip_grad_norm_
 */
export const clipGradients: OwnKernel = ownKernel<string, Attrs>("FastapClipGradients", (heap) => (inputs, { maxNorm, eps }) => {
  const grads = Object.keys(inputs).map((_, i) => inputs[i] as TensorInfo);
  requireDtype("FastapClipGradients", "float32", ...grads);
  const { sumOfSquares, scaleFloats } = heap.kernels;
  const norm = Math.sqrt(grads.reduce((sum, grad) => sum + sumOfSquares(heap.pointer(grad), sizeOf(grad.shape)), 0));
  const total = heap.output([]);
  new Float32Array(heap.backend.wasm.HEAPU8.buffer, heap.pointer(total), 1)[0] = norm;
  const factor = maxNorm / (norm + eps);
  if (factor >= 1 || maxNorm === Infinity) return [total, ...grads]; // the second where the norm is no number
  try {
    const outs = heap.inPlace(grads);
    grads.forEach((grad, i) => scaleFloats(heap.pointer(grad), factor, sizeOf(grad.shape), heap.pointer(outs[i] ?? grad)));
    return [total, ...outs];
  } catch (error) {
    heap.backend.disposeData(total.dataId);
    throw error;
  }
});
