import type { MetricBatch } from "@fastap/kernel";
import { checkClasses } from "./class-ids.ts";
import { argMaxRows, lastRows, sigmoidRows, softmaxRows, threshRows } from "./decide.ts";
import { E_METRICS_SHAPE } from "./errors.ts";
import { axisOf, onePair, type ResumableMetric } from "./metric.ts";
import { concatRows, readRows, type Rows } from "./rows.ts";
import { checkWeights, weightsOf, type Weights } from "./sample-weight.ts";

export type Activation = "no" | "sigmoid" | "softmax" | "binarysoftmax";

export interface AccumOptions {
  /** Axis of the classes: softmax goes over it, and without an activation the largest is taken. Default null: neither. */
  readonly dimArgmax?: number | null;
  /** "binarysoftmax" keeps the last class only. Default "no". */
  readonly activation?: Activation;
  /** Turns what came out so far into 1 where it is reached, else 0. Default null. */
  readonly thresh?: number | null;
  /** One prediction per target, in one row; false hands `[items, …]` on. Default true. */
  readonly flatten?: boolean;
  /** How much each item of a phase counts, in its order: each target, where they are flattened. Default null: all the same. */
  readonly sampleWeight?: readonly number[] | null;
}

/** Plain data. */
export interface AccumState {
  readonly preds: readonly Rows[];
  readonly targs: readonly Rows[];
}

/** A figure from all decided predictions and targets of a phase. */
export type Score = (preds: Rows, targs: Rows, weights?: Weights) => number;

/**
 * Keeps the decided predictions and the targets of a phase on the host, and scores them once.
 * @source fastai.metrics.AccumMetric
 */
export class AccumMetric implements ResumableMetric {
  readonly name: string;
  readonly #score: Score;
  readonly #options: Required<Omit<AccumOptions, "sampleWeight">>;
  readonly #weights: Weights;
  #preds: Rows[] = [];
  #targs: Rows[] = [];

  /** @throws E_METRICS_OPTION */
  constructor(name: string, score: Score, options: AccumOptions = {}) {
    const { dimArgmax = null, activation = "no", thresh = null, flatten = true, sampleWeight = null } = options;
    this.name = name;
    this.#weights = weightsOf(name, sampleWeight);
    this.#score = score;
    this.#options = { dimArgmax, activation, thresh, flatten };
  }

  reset(): void {
    this.#preds = [];
    this.#targs = [];
  }

  /** @throws E_METRICS_INPUT, E_METRICS_SHAPE, E_METRICS_CLASS */
  async accumulate({ pred, yb, engine }: MetricBatch): Promise<void> {
    const [p, t] = onePair(this.name, pred, yb);
    const targ = await readRows(engine, t);
    this.#preds.push(this.decide(await readRows(engine, p), targ));
    this.#targs.push(targ);
  }

  /** What it has kept so far, for an exact resume. */
  state(): AccumState {
    return { preds: this.#preds, targs: this.#targs };
  }

  restore(state: unknown): void {
    const { preds, targs } = state as AccumState;
    [this.#preds, this.#targs] = [[...preds], [...targs]];
  }

  /** Throws what a batch of this kind would in the end, and keeps nothing. @throws E_METRICS_INPUT, E_METRICS_SHAPE, E_METRICS_CLASS */
  async tryOn({ pred, yb, engine }: MetricBatch): Promise<void> {
    const [p, t] = onePair(this.name, pred, yb);
    const targ = await readRows(engine, t);
    this.#score(this.decide(await readRows(engine, p), targ), targ);
  }

  /** Undefined before the first batch. */
  value(): number | undefined {
    if (this.#preds.length === 0) return undefined;
    return this.score(concatRows(this.#preds), concatRows(this.#targs));
  }

  /** The score of predictions that are decided already, and their targets. @throws E_METRICS_INPUT where there are other numbers of them than of weights */
  score(preds: Rows, targs: Rows): number {
    checkWeights(this.name, this.#weights, this.#options.flatten ? targs.data.length : (targs.shape[0] ?? 1), targs);
    return this.#score(preds, targs, this.#weights);
  }

  /** Raw predictions as the score takes them. @throws E_METRICS_SHAPE, E_METRICS_CLASS where the targets do not fit them */
  decide(pred: Rows, targ: Rows): Rows {
    const { dimArgmax, activation, thresh } = this.#options;
    const axis = dimArgmax === null ? undefined : axisOf(this.name, dimArgmax, pred);
    const active = activate(pred, activation, axis);
    const decided = thresh === null ? active : threshRows(active, thresh);
    this.#check(pred, targ, decided, axis);
    return decided;
  }

  #check(pred: Rows, targ: Rows, decided: Rows, axis: number | undefined): void {
    const { flatten, activation } = this.#options;
    const fits = flatten ? decided.data.length === targ.data.length : (decided.shape[0] ?? 1) === (targ.shape[0] ?? 1);
    if (!fits) {
      const expected = flatten ? `${decided.data.length} targets, one per decision` : `targets of ${decided.shape[0] ?? 1} items`;
      throw E_METRICS_SHAPE({ metric: this.name, expected, preds: pred.shape, targs: targ.shape });
    }
    if (axis !== undefined && activation !== "binarysoftmax") checkClasses(this.name, pred, targ, axis);
  }
}

function activate(pred: Rows, activation: Activation, axis: number | undefined): Rows {
  const last = pred.shape.length - 1;
  if (activation === "sigmoid") return sigmoidRows(pred);
  if (activation === "softmax") return softmaxRows(pred, axis ?? last);
  if (activation === "binarysoftmax") return lastRows(softmaxRows(pred, axis ?? last), last);
  return axis === undefined ? pred : argMaxRows(pred, axis);
}
