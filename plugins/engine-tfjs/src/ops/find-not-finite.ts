import { add, scalar, sqrt, square, sum, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { HasKernel } from "./fused-kernel.ts";
import { runFused } from "./fused-kernel.ts";

/**
 * Index of the first tensor, float32, that holds NaN or infinity, −1 where none does: at once with a kernel, else when the backend has
 * computed. The tensors stay as they are.
 */
export function findNotFinite(tensors: readonly Tensor[], hasKernel: HasKernel): number | Promise<number> {
  if (tensors.length === 0) return -1;
  if (!hasKernel("FastapFindNotFinite")) return search(tensors);
  const inputs: Record<number, Tensor> = {};
  for (let i = 0; i < tensors.length; i++) inputs[i] = tensors[i] as Tensor;
  const found = runFused("FastapFindNotFinite", inputs, {})[0];
  return found === undefined ? -1 : tensors.indexOf(found);
}

/** The norm of all tells in one read that nothing is broken; it may be infinite and all numbers finite. */
async function search(tensors: readonly Tensor[]): Promise<number> {
  const norm = tidy(() => sqrt(tensors.reduce<Tensor>((total, tensor) => add(total, sum(square(tensor))), scalar(0))));
  const [total = NaN] = await norm.data<"float32">();
  norm.dispose();
  if (Number.isFinite(total)) return -1;
  for (const [i, tensor] of tensors.entries()) if (!(await tensor.data<"float32">()).every(Number.isFinite)) return i;
  return -1;
}
