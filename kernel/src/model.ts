import type { Engine, OpNeed, TypedArray } from "./engine.ts";
import type { Random } from "./random.ts";
import type { Pred, Tensor } from "./tensor.ts";

/** One learnable tensor of a model. */
export interface Param {
  /** Path in PyTorch's spelling, `0.weight`; unique in its model. */
  readonly name: string;
  readonly value: Tensor;
  /** Belongs to a normalisation layer: no weight decay by default, trained even where frozen. */
  readonly isNorm: boolean;
  /** The `bias` of any other layer: no weight decay by default. */
  readonly isBias: boolean;
  /** Set by `Optimizer.freezeTo`. Frozen parameters get no gradient and no step. */
  trainable: boolean;
}

/** Values as files hold them: row-major, in PyTorch's layout. */
export interface StoredTensor {
  readonly dtype: "F32" | "I32" | "I64" | "U8" | "BOOL" | "F16" | "F64";
  readonly shape: readonly number[];
  readonly data: TypedArray | Float64Array | BigInt64Array | Uint16Array;
}

export type StateDict = ReadonlyMap<string, StoredTensor>;

export interface Model {
  /** Draws the initial parameters; called by the Learner, idempotent. */
  init(services: { readonly engine: Engine; readonly random: Random }): void;
  forward(...xb: readonly Tensor[]): Pred;
  parameters(): readonly Param[];
  /** Training (true) or evaluation behaviour of dropout and normalisation. */
  train(mode: boolean): void;
  /** Parameters and buffers, PyTorch names and layouts. */
  stateDict(): Promise<StateDict>;
  /** All or nothing: on any mismatch throws and changes nothing. `strict` (default true) refuses missing and unexpected keys. */
  loadStateDict(state: StateDict, options?: { readonly strict?: boolean }): void;
  requiredOps?(): readonly OpNeed[];
  /** Path of the first layer whose output holds NaN or infinity for this input, to explain a broken loss. */
  firstNonFinite?(...xb: readonly Tensor[]): Promise<string | undefined>;
  dispose(): void;
}
