import type { Engine, Tensor } from "@fastap/kernel";

/** One pass over all tensors; false where one of them is not finite, or where all are and yet too large for their norm. */
export async function isFiniteNorm(engine: Engine, tensors: readonly Tensor[]): Promise<boolean> {
  if (tensors.length === 0) return true;
  if (!("ops" in engine)) return allFinite(engine, tensors);
  const { norm } = engine.ops.clipGradients(tensors, Infinity);
  const [total = NaN] = await engine.read(norm);
  norm.dispose();
  return Number.isFinite(total);
}

/** For engines of tests, which have no fused ops. */
async function allFinite(engine: Engine, tensors: readonly Tensor[]): Promise<boolean> {
  for (const tensor of tensors) if (!(await engine.read(tensor)).every(Number.isFinite)) return false;
  return true;
}
