import type { Host } from "./host.ts";
import type { Grads, Pred, Tensor } from "./tensor.ts";

/** Seeded numbers; the only source of randomness. Same seed, same numbers, on every platform. */
export interface Random {
  /** In [0, 1), 32 bits of precision. */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
  /** A whole number in [0, n). */
  int(n: number): number;
  /** 0…n−1 in random order. */
  permutation(n: number): Int32Array;
  /** An independent generator; the same label from the same state gives the same one. Does not advance this one. */
  fork(label: string): Random;
  /** Plain JSON data; `restore(state())` continues bit by bit. */
  state(): readonly number[];
  restore(state: readonly number[]): void;
}

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

export type Reduction = "mean" | "sum" | "none";

/** A loss. `@source fastai.losses.BaseLoss` */
export interface LossFunc {
  readonly name: string;
  /** Targets are class numbers, so MixUp mixes losses and not targets. */
  readonly yInt: boolean;
  readonly reduction: Reduction;
  /** Scalar for "mean" and "sum"; one value per item for "none". Pure in the tape. */
  forward(pred: Pred, ...yb: readonly Tensor[]): Tensor;
  withReduction(reduction: Reduction): LossFunc;
  /** Raw predictions → probabilities, for getPreds. */
  activation(pred: Pred): Pred;
  /** Activated predictions → decisions (class numbers …). */
  decodes(pred: Pred): Pred;
}

/** What a metric sees after a batch. Tensors belong to the loop: read or reduce them, never keep them. */
export interface MetricBatch {
  readonly pred: Pred;
  readonly yb: readonly Tensor[];
  readonly loss: Tensor;
  /** Items in the batch. */
  readonly size: number;
  readonly engine: Engine;
}

/** Accumulates over a phase. `value` is undefined when nothing was seen. `@source fastai.learner.Metric` */
export interface Metric {
  readonly name: string;
  reset(): void;
  accumulate(batch: MetricBatch): void | Promise<void>;
  value(): number | undefined;
}

/** A metric of one batch: a scalar tensor (disposed by the caller), averaged over the epoch weighted by batch size. */
export interface MetricFunc {
  readonly name: string;
  (pred: Pred, ...yb: readonly Tensor[]): Tensor;
}

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

/** Yields batches: the tensors of one batch, inputs first. Each is owned by who iterates. */
export interface Loader {
  /** Number of batches. */
  readonly length: number;
  /** How many of a batch's tensors are inputs; default all but the last. */
  readonly nInp?: number;
  [Symbol.asyncIterator](): AsyncIterator<readonly Tensor[]>;
}

/** `@source fastai.data.core.DataLoaders` */
export interface DataLoaders {
  readonly train: Loader;
  readonly valid: Loader;
  readonly loaders: readonly Loader[];
  /** Class names, where the target is a category. */
  readonly vocab?: readonly string[];
  /** Shape of one input item, `[height, width, channels]`. */
  readonly inputShape?: readonly number[];
  /** Number of outputs a model needs. */
  readonly c?: number;
  /** Registered name of the loss that fits the targets. */
  readonly lossFunc?: string;
  /** Turns raw user input (a file's path, nested numbers) into the batch of one that the model takes. */
  testBatch?(input: unknown): Promise<readonly Tensor[]>;
}

/** A named maker in a registry. */
export interface Entry<T> {
  readonly name: string;
  readonly aliases?: readonly string[];
  make(options: unknown, host: Host): T;
}

/** `"name"` or `["name", options]`: how configs and arguments name a registered thing. */
export type Spec = string | readonly [name: string, options: unknown];

/** What a multi-token resolves to. */
export interface Registry<T> {
  readonly token: string;
  names(): readonly string[];
  has(name: string): boolean;
  /** @throws E_NAME_UNKNOWN with the nearest name. */
  get(name: string): Entry<T>;
  make(spec: Spec): T;
}

export interface TrainOptions {
  readonly epochs?: number;
  /** Stops after so many steps. */
  readonly maxSteps?: number;
  readonly bs?: number;
  /** Uses only the first rows of each split. */
  readonly maxRows?: number;
  /** Directory for model, history and plots. */
  readonly out?: string;
}

/** What `fastap train --json` prints: metrics of the last epoch by name. */
export interface TaskSummary {
  readonly epochs: number;
  readonly seconds: number;
  readonly backend: string;
  readonly validLoss?: number | undefined;
  readonly [metric: string]: number | string | undefined;
}

export interface Prediction {
  readonly label: string;
  readonly index: number;
  readonly probs: readonly number[];
}

/** Runs the `task` of the config; the only thing the command line knows of training. */
export interface TaskRunner {
  train(
    options?: TrainOptions,
  ): Promise<{ readonly summary: TaskSummary; readonly files: readonly string[]; readonly losses: readonly number[] }>;
  validate(options: { readonly model: string } & TrainOptions): Promise<TaskSummary>;
  predict(options: { readonly model: string; readonly input: unknown }): Promise<Prediction>;
}

/** Single services by token; plugins merge their own in. */
export interface Services {
  engine: Engine;
  random: Random;
  task: TaskRunner;
}

/** Element type by multi-token (always a plural); plugins merge their own in. */
export interface Registries {
  backends: Backend;
  models: Model;
  losses: LossFunc;
  metrics: Metric | MetricFunc;
  optimizers: OptFunc;
  datasets: Promise<DataLoaders>;
}

export type Token = keyof Services & string;
export type MultiToken = keyof Registries & string;
