import type { Callback } from "./callback.ts";
import type { RunHooks, Scope } from "./events.ts";
import type { Host } from "./host.ts";
import type { Engine } from "./engine.ts";
import type { Loader } from "./loader.ts";
import type { LossFunc } from "./loss.ts";
import type { Model } from "./model.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Services, Token } from "./services.ts";
import type { Grads, Pred, Tensor } from "./tensor.ts";

/** Fields that plugins add to a run (`learner`, `recorder` …); they merge theirs in and assign them in `hooks.run`. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by declaration merging
export interface RunExtras {}

/** What a run works on. */
export interface RunParts {
  readonly model: Model;
  readonly lossFunc: LossFunc;
  /** Needed by `fit`. */
  readonly opt?: Optimizer;
  readonly train?: Loader;
  readonly valid?: Loader;
  readonly nEpoch?: number;
  /** Callbacks of this run only, attached after every plugin's taps. */
  readonly cbs?: readonly Callback[];
  /** A run started from a callback of this one. Any other second run at a time is refused. */
  readonly parent?: Run;
  /** Assigned onto the run before plugins see it. */
  readonly extras?: Partial<RunExtras>;
}

/** One fit or validation. State is fastai's Learner state in camelCase. */
export interface Run extends RunExtras {
  readonly kind: "fit" | "validate";
  readonly host: Host;
  readonly hooks: RunHooks;
  readonly engine: Engine;
  readonly model: Model;
  /** May be exchanged between batches (MixUp does). */
  lossFunc: LossFunc;
  readonly opt: Optimizer | undefined;
  /** Loader of the running phase. */
  readonly dl: Loader | undefined;
  readonly nEpoch: number;
  readonly epoch: number;
  /** Index of the batch in its phase. */
  readonly iter: number;
  readonly nIter: number;
  /** Training batches done in this run. */
  readonly trainIter: number;
  /** Share of the fit that is done, 0…1. */
  readonly pctTrain: number;
  readonly training: boolean;
  /** Inputs and targets of the batch. Assign new ones in `beforeBatch`; the run disposes what it is given and what was replaced. */
  xb: readonly Tensor[];
  yb: readonly Tensor[];
  readonly x: Tensor | readonly Tensor[];
  readonly y: Tensor | readonly Tensor[];
  pred: Pred | undefined;
  /** For logs. */
  loss: Tensor | undefined;
  /** What is differentiated; callbacks add to it in `afterLoss`. */
  lossGrad: Tensor | undefined;
  /** Accumulated since the last zeroGrad. */
  readonly grads: Grads;
  /** A service of this run or of the host. Resolve per run, never per batch. */
  resolve<T extends Token>(token: T): Services[T];
  /** Ends a scope as fastai's Cancel…Exception does. */
  cancel(scope: Scope): never;
}
