import type { Callback, Host, HyperValue, LossFunc, Metric, MetricFunc, Model, OptFunc, Param, Spec } from "@fastap/kernel";
import { AvgMetric } from "./avg-metric.ts";
import { E_LEARNER_LOSS_MISSING } from "./errors.ts";
import type { RecorderOptions } from "./recorder.ts";
import { registered } from "./registered.ts";

/** Options of {@link Recorder} beside the metrics. */
export type RecordOptions = Pick<RecorderOptions, "addTime" | "beta">;

/** Groups of parameters, or one group. */
export type Splitter = (model: Model) => readonly Param[] | readonly (readonly Param[])[];

export interface LearnerOptions {
  /** Default: the loss that `dls` name. */
  readonly lossFunc?: Spec | LossFunc;
  /** Default "adam". */
  readonly optFunc?: Spec | OptFunc;
  /** Default 1e-3. */
  readonly lr?: HyperValue;
  /** Default: all parameters in one group. */
  readonly splitter?: Splitter;
  /** Callbacks of every run of this Learner. */
  readonly cbs?: readonly (Spec | Callback)[];
  readonly metrics?: readonly (Spec | Metric | MetricFunc)[];
  /** Metrics of the training batches too; default false. */
  readonly trainMetrics?: boolean;
  /** Metrics of the validation data; default true. */
  readonly validMetrics?: boolean;
  /** How runs are recorded. */
  readonly recorder?: RecordOptions;
  /** Directory that files are under; default the host's root, else the working directory. */
  readonly path?: string;
  /** Below `path`; default "models". */
  readonly modelDir?: string;
  /** What `export` names as the model, where it is given as an object and not by its registered name. */
  readonly modelSpec?: Spec;
  /** Default: the optimizer's own. */
  readonly wd?: HyperValue;
  /** Decay normalisation parameters and biases too; default false. */
  readonly wdBnBias?: boolean;
  /** Train normalisation parameters of frozen groups; default true. */
  readonly trainBn?: boolean;
  /** Momentum of one-cycle training: start, middle, end. Default 0.95, 0.85, 0.95. */
  readonly moms?: readonly [number, number, number];
}

/** What a Learner was given, for `export`. */
export interface GivenSpecs {
  readonly model: Spec | Model;
  readonly lossFunc: Spec | LossFunc | undefined;
  readonly optFunc: Spec | OptFunc;
  readonly metrics: readonly (Spec | Metric | MetricFunc)[];
}

/** `@source fastai.learner.Learner` */
export const LEARNER_DEFAULTS: Required<Omit<LearnerOptions, "lossFunc" | "path" | "modelSpec" | "wd">> = {
  optFunc: "adam",
  lr: 1e-3,
  splitter: (model: Model) => model.parameters(),
  cbs: [],
  metrics: [],
  trainMetrics: false,
  validMetrics: true,
  recorder: {},
  modelDir: "models",
  wdBnBias: false,
  trainBn: true,
  moms: [0.95, 0.85, 0.95],
};

/** @throws E_LEARNER_LOSS_MISSING where neither the options nor the data name a loss */
export function lossOf(host: Host, given: Spec | LossFunc | undefined): LossFunc {
  if (given === undefined) throw E_LEARNER_LOSS_MISSING();
  return isSpec(given) ? registered(host, "losses", given) : given;
}

export function optFuncOf(host: Host, given: Spec | OptFunc): OptFunc {
  return isSpec(given) ? registered(host, "optimizers", given) : given;
}

/** A function of one batch becomes its average. */
export function metricOf(host: Host, given: Spec | Metric | MetricFunc): Metric {
  const made = isSpec(given) ? registered(host, "metrics", given) : given;
  return typeof made === "function" ? new AvgMetric(made) : made;
}

export function callbackOf(host: Host, given: Spec | Callback): Callback {
  return isSpec(given) ? registered(host, "callbacks", given) : given;
}

export function modelOf(host: Host, given: Spec | Model): Model {
  return isSpec(given) ? registered(host, "models", given) : given;
}

/** One list of parameters is one group. */
export function groupsOf(split: ReturnType<Splitter>): readonly (readonly Param[])[] {
  return isGroups(split) ? split : [split];
}

function isGroups(split: ReturnType<Splitter>): split is readonly (readonly Param[])[] {
  return Array.isArray(split[0]);
}

function isSpec(given: unknown): given is Spec {
  return typeof given === "string" || Array.isArray(given);
}
