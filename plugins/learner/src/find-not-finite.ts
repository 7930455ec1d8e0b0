import type { Engine, FusedOps, Tensor } from "@fastap/kernel";

/** Index of the first tensor that holds NaN or infinity, −1 where none does; at once where the engine can tell at once. */
export function findNotFinite(engine: Engine, tensors: readonly Tensor[]): number | Promise<number> {
  const { ops }: { readonly ops?: Partial<FusedOps> } = engine; // engines of tests have few or none
  return ops?.findNotFinite?.(tensors) ?? search(engine, tensors);
}

async function search(engine: Engine, tensors: readonly Tensor[]): Promise<number> {
  for (const [i, tensor] of tensors.entries()) if (!(await engine.read(tensor)).every(Number.isFinite)) return i;
  return -1;
}
