import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Inputs `0`, `1`, … → the first that holds NaN or infinity, or nothing: so the answer needs no tensor and no read. */
export const findNotFinite: OwnKernel = ownKernel<number, object>("FastapFindNotFinite", (heap) => (inputs) => {
  const tensors: readonly TensorInfo[] = Object.values(inputs); // in the order of their numbers
  const runs: number[] = [];
  for (const tensor of tensors) {
    requireDtype("FastapFindNotFinite", "float32", tensor);
    runs.push(heap.pointer(tensor), sizeOf(tensor.shape));
  }
  const found = tensors[heap.kernels.findNotFinite(heap.write("job", runs), tensors.length)];
  return found === undefined ? [] : [found];
});
