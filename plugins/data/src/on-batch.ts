import type { Tensor } from "@fastap/kernel";
import { TensorBatch } from "./semantic-types.ts";

/** Handles batches, which keep their type; items of the same type pass unchanged. */
export function onBatch(f: (x: Tensor) => Tensor): (x: unknown) => unknown {
  return (x) => (x instanceof TensorBatch ? x.with(f(x.tensor)) : x);
}
