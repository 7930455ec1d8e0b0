import type { Engine, Tensor } from "@fastap/kernel";
import { readArray, type HostArray } from "./host-array.ts";

/**
 * A copy with every tensor, anywhere in lists and plain objects, read into an array that outlives the batch: the caller's. The tensors stay,
 * all else is as it was.
 * @source fastai.torch_core.to_detach
 */
export async function toDetach(engine: Engine, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => toDetach(engine, each)));
  if (typeof value !== "object" || value === null) return value;
  if (isTensor(value)) return readArray(engine, value) satisfies Promise<HostArray>;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(async ([key, each]) => [key, await toDetach(engine, each)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** As every tensor of the engine. */
function isTensor(value: object): value is Tensor {
  return "isDisposed" in value && "shape" in value && "dtype" in value;
}
