import type { Param, StateDict } from "./model.ts";
import type { Grads } from "./tensor.ts";

export type Hypers = Record<string, number>;

/** `[start, stop]`: geometric from start to stop over the groups; start null: stop/10 for all but the last group. */
export interface Slice {
  readonly slice: readonly [number | null, number];
}

export type HyperValue = number | readonly number[] | Slice;

export interface ParamGroup {
  readonly params: readonly Param[];
  readonly hypers: Hypers;
}

/** `@source fastai.optimizer.Optimizer` */
export interface Optimizer {
  readonly name: string;
  readonly groups: readonly ParamGroup[];
  /** One value for all groups, one per group, or a slice over them. */
  setHyper(name: string, value: HyperValue): void;
  /** Steps every trainable parameter that has a gradient. */
  step(grads: Grads): void | Promise<void>;
  /** Disposes the gradients and empties the map. */
  zeroGrad(grads: Grads): void;
  /** Groups from `n` on train (negative counts from the end); earlier ones only where norm parameters are forced. */
  freezeTo(n: number): void;
  readonly frozenIdx: number;
  /** Forgets moments and counts, keeps marks. */
  clearState(): void;
  stateDict(): Promise<OptimizerState>;
  loadStateDict(state: OptimizerState): void;
  dispose(): void;
}

export interface OptimizerState {
  readonly hypers: readonly Hypers[];
  /** Scalars by `<param>.<key>`, for instance `0.weight.step`. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Tensors by `<param>.<key>`, for instance `0.weight.avg`, in the layout of the engine. */
  readonly tensors: StateDict;
}

export interface OptimizerOptions {
  readonly lr: number;
  /** Decay normalisation parameters and biases too (default false). */
  readonly wdBnBias?: boolean;
  /** Train normalisation parameters of frozen groups (default true). */
  readonly trainBn?: boolean;
}

/** `@source fastai's opt_func` */
export type OptFunc = (groups: readonly (readonly Param[])[], options: OptimizerOptions) => Optimizer;
