import type { Engine, Random } from "@fastap/kernel";
import { TensorBatch, TensorImage, TensorMask } from "@fastap/plugin-data";
import { E_VISION_NO_ENGINE } from "../errors.ts";
import type { BatchCall } from "./draws.ts";

/** What is drawn for: the first images or masks of a batch; undefined where there are none on a backend. */
export function batchCall(x: unknown, random: Random, transform: string): BatchCall | undefined {
  const parts: readonly unknown[] = Array.isArray(x) ? x : [x];
  const batch = parts.find((part): part is TensorBatch => part instanceof TensorBatch && isOf(part, TensorImage, TensorMask));
  if (batch === undefined) return undefined;
  engineOf(batch, transform);
  const [n = 0, height = 0, width = 0] = batch.tensor.shape;
  return { n, height, width, random, batch };
}

/** @throws E_VISION_NO_ENGINE */
export function engineOf({ engine }: TensorBatch, transform: string): Engine {
  if (engine === undefined) throw E_VISION_NO_ENGINE({ transform });
  return engine;
}

function isOf({ type }: TensorBatch, ...types: readonly (typeof TensorImage | typeof TensorMask)[]): boolean {
  return types.some((each) => type === each || type.prototype instanceof each);
}
