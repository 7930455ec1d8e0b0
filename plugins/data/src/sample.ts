import type { TypedArray } from "@fastap/kernel";

export type Dtype = "float32" | "int32" | "bool";

/** One tensor's worth of numbers that is no tensor yet: row-major, `data.length` is the product of `shape`. */
export interface Sample {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** Of the tensor it becomes. Default: float32 for Float32Array, int32 for the others. */
  readonly dtype?: Dtype;
}

/** A plain number is a float32 scalar; for a class number use {@link classLabel}. */
export type Field = Sample | number;

/** A class number as an int32 scalar, the target of cross-entropy. */
export function classLabel(index: number): Sample {
  return { data: Int32Array.of(index), shape: [], dtype: "int32" };
}

export function asSample(field: Field): Sample {
  return typeof field === "number" ? { data: Float32Array.of(field), shape: [], dtype: "float32" } : field;
}

export function dtypeOf({ data, dtype }: Pick<Sample, "data" | "dtype">): Dtype {
  return dtype ?? (data instanceof Float32Array ? "float32" : "int32");
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A zeroed array that holds `dtype` on every backend. */
export function allocate(dtype: Dtype, size: number): TypedArray {
  if (dtype === "float32") return new Float32Array(size);
  return dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}
