import type { Model, Spec, Tensor, TypedArray } from "@fastap/kernel";
import type { Random } from "@fastap/kernel";

/** One tensor of a batch, before it is one. */
export interface Field {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** A model and one batch that it trains on again and again: what `torch_steps.py` does on the other side. */
export interface Workload {
  readonly name: string;
  readonly optFunc: Spec;
  readonly lr: number;
  /** Steps that are not timed, and steps that are. */
  readonly warm: number;
  readonly runs: number;
  /** Inputs first, class numbers last. */
  batch(random: Random): readonly Field[];
  model(): Model;
}

/** PyTorch's defaults; fastai's differ. */
export const torchAdam: Pick<Workload, "optFunc" | "lr"> = { optFunc: ["adam", { mom: 0.9, sqrMom: 0.999, eps: 1e-8, wd: 0 }], lr: 1e-3 };
export const torchMomentum: Pick<Workload, "optFunc" | "lr"> = { optFunc: ["sgd", { mom: 0.9 }], lr: 0.01 };

export function normals(random: Random, shape: readonly number[]): Field {
  return { data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()), shape };
}

/** Whole numbers in [0, n). */
export function classes(random: Random, n: number, shape: readonly number[]): Field {
  return { data: Int32Array.from({ length: sizeOf(shape) }, () => random.int(n)), shape };
}

/** A layer's answer where it is known to be one tensor. */
export function single(pred: ReturnType<Model["forward"]>): Tensor {
  if (Array.isArray(pred)) throw new TypeError("the layer gave several tensors");
  return pred as Tensor;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
