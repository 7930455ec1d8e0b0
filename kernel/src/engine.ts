import type { Grads, Tensor } from "./tensor.ts";

export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** What `batchNormTrain` moves towards the statistics of the batch. */
export interface RunningStatistics {
  /** Variables `[channels]`; they are given new values, in place where the backend can do so. */
  readonly mean: Tensor;
  /** Follows the unbiased variance (divided by n − 1). */
  readonly variance: Tensor;
  /** Share of the batch. */
  readonly momentum: number;
}

export interface CrossEntropyOptions {
  readonly reduction: "mean" | "sum" | "none";
  /** `[classes]` */
  readonly weight?: Tensor;
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
}

export type StepRule = "sgd" | "rmsprop" | "adam" | "radam" | "qhadam" | "lamb" | "larc" | "lookahead";

/** One parameter in a step over many: its tensors, all of one shape and float32, and its hypers. */
export interface StepItem extends StepHypers {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** Momentum, where the rule has it: always for adam and lamb. Zeros before the first step. Of lookahead: the slow weights. */
  readonly avg?: Tensor | undefined;
  /** Mean square, for all rules but sgd, larc and lookahead. Zeros before the first step. */
  readonly sqrAvg?: Tensor | undefined;
}

/** A rule reads what it needs; all are plain numbers for step `t` (1, 2, …). */
export interface StepHypers {
  readonly lr: number;
  readonly mom: number;
  readonly sqrMom: number;
  readonly eps: number;
  readonly t: number;
  /** Decoupled decay: the parameter is first multiplied by 1 − lr · wd. */
  readonly wd: number;
  /** Coupled decay: l2 · param is added to the gradient. */
  readonly l2: number;
  /** Shares of the averages in qhadam, whose rest is of the gradient itself. Default 1. */
  readonly nu1?: number | undefined;
  readonly nu2?: number | undefined;
  /** How sharply radam's denominator keeps above 0, as SAdam's; 0, the default, leaves it as it is. */
  readonly beta?: number | undefined;
  /** What larc cannot do without. */
  readonly local?: LocalRate | undefined;
}

/**
 * A rate of each parameter's own: lr · trustCoeff · ‖θ‖ / (‖g‖ + wd · ‖θ‖ + eps), of the decayed θ. With `clip` at most lr; with `moveZeros`
 * lr where ‖θ‖ is 0.
 */
export interface LocalRate {
  readonly trustCoeff: number;
  /** Also where the parameter itself does not decay. */
  readonly wd: number;
  readonly clip: boolean;
  readonly moveZeros: boolean;
}

/** What stands in the place of an item's tensors after a step. */
export interface StepResult {
  readonly param: Tensor;
  readonly avg?: Tensor | undefined;
  readonly sqrAvg?: Tensor | undefined;
  /** Of larc: the rate that was used, a scalar. */
  readonly localRate?: Tensor | undefined;
}

/** Weights of one recurrent layer, in PyTorch's layout: `[gates · hidden, inputs]`, `[gates · hidden, hidden]`, `[gates · hidden]`. */
export interface RecurrentWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh?: Tensor | undefined;
  readonly biasHh?: Tensor | undefined;
}

/** The caller disposes all tensors. */
export interface GruResult {
  /** `[steps, batch, hidden]` */
  readonly output: Tensor;
  /** `[batch, hidden]`, after the last step. */
  readonly h: Tensor;
}

export interface LstmResult extends GruResult {
  /** `[batch, hidden]`, after the last step. */
  readonly c: Tensor;
}

/** `grads` stand in the place of those given, in their order. */
export interface ClippedGradients {
  /** Scalar: the norm over all gradients together before clipping. The caller disposes it. */
  readonly norm: Tensor;
  readonly grads: readonly Tensor[];
}

/** Operations with a composed definition in plain ops and, where the backend has one, a kernel. All are differentiable where it makes sense. */
/** How `gridSample` looks at an image. */
export interface GridSampleOptions {
  /** Of the result. */
  readonly height: number;
  readonly width: number;
  readonly mode: "bilinear" | "nearest";
  /** What is seen outside the image: 0, the nearest pixel, or the image mirrored. */
  readonly padMode: "zeros" | "border" | "reflection";
  /** −1 and 1 are the centres of the edge pixels, else their outer edges. */
  readonly alignCorners: boolean;
}

export interface FusedOps {
  /** `x` `[rows, nIn]` · `weight` `[nIn, nOut]`, plus `bias` `[nOut]`, then the activation. Differentiable in all three. */
  linear(x: Tensor, weight: Tensor, bias?: Tensor, activation?: FusedActivation): Tensor;
  /** `x` `[…, channels]` plus `bias` `[channels]`, then the activation; takes over `x`, of no use afterwards. Differentiable in both. */
  biasActivation(x: Tensor, bias?: Tensor, activation?: FusedActivation): Tensor;
  /** Zero where `x` is below. Differentiable. */
  relu(x: Tensor): Tensor;
  /**
   * Batch statistics over all axes but the last, then the activation. `x` `[…, channels]`, `gamma` and `beta` `[channels]`; differentiable
   * in all three. Moves `running`, if given.
   */
  batchNormTrain(x: Tensor, gamma: Tensor, beta: Tensor, eps: number, running?: RunningStatistics, activation?: FusedActivation): Tensor;
  /**
   * The row of each table `[rows, nf]` that its column of `ids` int32 `[batch, tables]` names, side by side, and `rest` `[batch, n]` after
   * them: `[batch, sum of nf + n]`. Differentiable in the tables and in `rest`.
   */
  embedColumns(ids: Tensor, tables: readonly Tensor[], rest?: Tensor): Tensor;
  /**
   * Statistics of each item and group of neighbouring channels: 1 group is layer norm, as many as channels instance norm.
   * `x` `[batch, …, channels]`, `gamma` and `beta` `[channels]`; differentiable in all three.
   */
  groupNorm(x: Tensor, gamma: Tensor, beta: Tensor, groups: number, eps: number): Tensor;
  /** `logits` `[rows, classes]`, `labels` int32 `[rows]`; scalar, or `[rows]` for reduction "none". Differentiable in the logits. */
  softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): Tensor;
  /**
   * Zeroes each number with chance `p` and multiplies the others by 1 / (1 − p); which ones depends on `seed`, a whole number, and their
   * place alone, on every backend. Differentiable.
   */
  dropout(x: Tensor, p: number, seed: number): Tensor;
  /**
   * Images `x` `[batch, height, width, channels]` through projective `maps` `[batch, 3, 3]`, from a place (x, y, 1) of the result to one of the
   * image, both in −1…1. No gradient.
   */
  gridSample(x: Tensor, maps: Tensor, options: GridSampleOptions): Tensor;
  /**
   * Fractions `x` `[batch, …, channels]` changed as logits z, by `factors` `[batch, 3]`: a·z + b·grey(z) + d, b being 0 but for 3 channels.
   * No gradient.
   */
  lighting(x: Tensor, factors: Tensor): Tensor;
  /** Scales gradients down together where their norm exceeds `maxNorm`. Takes them over as `optimizerStep` does parameters. */
  clipGradients(grads: readonly Tensor[], maxNorm: number): ClippedGradients;
  /** Index of the first tensor that holds NaN or infinity, −1 where none does: at once where the backend can tell at once. */
  findNotFinite(tensors: readonly Tensor[]): number | Promise<number>;
  /**
   * One step of an optimizer over many parameters. Takes over `param`, `avg` and `sqrAvg` and returns what stands in their place:
   * the same tensors, written in place where the backend can do so and nothing else shares their memory, or new ones.
   */
  optimizerStep(rule: StepRule, items: readonly StepItem[]): readonly StepResult[];
  /** `x` `[steps, batch, inputs]`, `h0` and `c0` `[batch, hidden]`; gates in PyTorch's order i, f, g, o. Differentiable in all. */
  lstm(x: Tensor, h0: Tensor, c0: Tensor, weights: RecurrentWeights): LstmResult;
  /** `x` `[steps, batch, inputs]`, `h0` `[batch, hidden]`; gates in PyTorch's order r, z, n. Differentiable in all. */
  gru(x: Tensor, h0: Tensor, weights: RecurrentWeights): GruResult;
}

/** What ops can apply to each number in the same pass. */
export type FusedActivation = "relu" | "sigmoid" | "tanh";

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
  /** Its tensors have memory of their own: numbers for one need no copy before they are handed over, and those read, at once, are a copy. */
  readonly copiesData?: boolean;
  /** Registers kernels and makes it the current one; idempotent. */
  activate(): Promise<void>;
  /** Facts for `fastap doctor`: SIMD, threads, memory limit, number of kernels … */
  facts(): Promise<Readonly<Record<string, string | number | boolean>>>;
}
