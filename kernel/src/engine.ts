import type { Grads, Tensor } from "./tensor.ts";

export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** What a batch-norm over the last axis returns: the caller disposes all three. */
export interface BatchNormResult {
  /** Same shape as the input. */
  readonly y: Tensor;
  /** `[channels]`, over every other axis. */
  readonly mean: Tensor;
  /** `[channels]`, biased (divided by n). */
  readonly variance: Tensor;
}

export interface CrossEntropyOptions {
  readonly reduction: "mean" | "sum" | "none";
  /** `[classes]` */
  readonly weight?: Tensor;
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
}

/** Hypers of one fused Adam step, all plain numbers for step `t` (1, 2, …). */
export interface AdamStep {
  readonly lr: number;
  readonly mom: number;
  readonly sqrMom: number;
  readonly eps: number;
  readonly t: number;
}

/** Operations with a composed definition in plain ops and, where the backend has one, a kernel. All are differentiable where it makes sense. */
export interface FusedOps {
  /** Batch statistics over all axes but the last. `x` `[…, channels]`, `gamma` and `beta` `[channels]`; differentiable in all three. */
  batchNormTrain(x: Tensor, gamma: Tensor, beta: Tensor, eps: number): BatchNormResult;
  /** `logits` `[rows, classes]`, `labels` int32 `[rows]`; scalar, or `[rows]` for reduction "none". Differentiable in the logits. */
  softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): Tensor;
  /** fastai's Adam without weight decay: returns new values, `[param, avg, sqrAvg]`; the inputs stay as they are. */
  adamStep(param: Tensor, grad: Tensor, avg: Tensor, sqrAvg: Tensor, step: AdamStep): readonly [Tensor, Tensor, Tensor];
}

export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
}

/** One operation that one layer needs; `layer` is its path in the model. */
export interface OpNeed {
  readonly layer: string;
  readonly op: string;
}

/** Gradients, ownership and reads: all the loop asks of a tensor library. */
export interface Engine {
  readonly name: string;
  /** Name of the backend in use, once `ready` has resolved. */
  readonly backend: string;
  readonly ops: FusedOps;
  /**
   * Runs `f` under the tape. `f` is synchronous and returns the scalar to differentiate. Whatever `f` throws unwinds
   * outside the tape, with nothing leaked. The caller owns value and gradients; tensors made inside and not kept are gone.
   */
  valueAndGrad(params: ReadonlyMap<string, Tensor>, f: () => Tensor): { readonly value: Tensor; readonly grads: Grads };
  /** Disposes every tensor made inside, save those returned or kept. */
  scope<T>(f: () => T): T;
  /** The same around asynchronous work. Scopes nest; two at a time side by side is an error. */
  scopeAsync<T>(f: () => Promise<T>): Promise<T>;
  /** Takes the tensor out of every scope: who keeps disposes. */
  keep<T extends Tensor>(tensor: T): T;
  /** Elementwise sum, a new tensor; the inputs stay. */
  add(a: Tensor, b: Tensor): Tensor;
  from(data: TypedArray | readonly number[], shape: readonly number[], dtype?: "float32" | "int32" | "bool"): Tensor;
  read(tensor: Tensor): Promise<TypedArray>;
  memory(): Memory;
  /** Throws one coded error that lists every operation the backend lacks, with its layer and who supplies it. */
  preflight(needs: readonly OpNeed[]): void;
}

/** A backend: named in the config, activated once by the engine. */
export interface Backend {
  readonly name: string;
  /** Whether it can run here; costs no activation. */
  available(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  /** Registers kernels and makes it the current one; idempotent. */
  activate(): Promise<void>;
  /** Facts for `fastap doctor`: SIMD, threads, memory limit, number of kernels … */
  facts(): Promise<Readonly<Record<string, string | number | boolean>>>;
}
