import type { Engine, Grads } from "@fastap/kernel";

/** L2 norm over all gradients together, of any shapes. `@source` Pascanu et al. 2013, algorithm 1 */
export async function globalNorm(engine: Engine, grads: Grads): Promise<number> {
  let squares = 0;
  for (const grad of grads.values()) for (const value of await engine.read(grad)) squares += value * value;
  return Math.sqrt(squares);
}
