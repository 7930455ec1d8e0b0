import type { TypedArray } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_SHAPE } from "./errors.ts";
import { backendHasKernel, runFused } from "./ops/fused-kernel.ts";

/** Of an array that is the tensor's: the cpu backend of tfjs shares it. @throws E_ENGINE_SHAPE */
export function tensorFrom(
  data: TypedArray | readonly number[],
  shape: readonly number[],
  dtype: "float32" | "int32" | "bool" = data instanceof Int32Array ? "int32" : "float32",
): Tensor {
  checkShape(shape, data.length);
  if (dtype === "int32" && data instanceof Uint8Array) return intsOfBytes(data, shape);
  const exact = (dtype === "float32" && data instanceof Float32Array) || (dtype === "int32" && data instanceof Int32Array);
  // tf.tensor would convert nothing and look at all that it might be given.
  return exact ? tf.engine().makeTensor(data, [...shape], dtype) : tf.tensor(data as TypedArray | number[], [...shape], dtype);
}

function checkShape(shape: readonly number[], length: number): void {
  const valid = shape.every((size) => Number.isInteger(size) && size >= 0);
  if (!valid || shape.reduce((a, b) => a * b, 1) !== length) throw E_ENGINE_SHAPE({ shape, length });
}

/** On a heap bytes are widened where they are to lie, not in an array before. */
function intsOfBytes(bytes: Uint8Array, shape: readonly number[]): Tensor {
  const [tensor] = backendHasKernel("FastapIntsOfBytes") ? runFused("FastapIntsOfBytes", {}, { bytes, shape }) : [];
  return tensor ?? tf.engine().makeTensor(Int32Array.from(bytes), [...shape], "int32");
}
