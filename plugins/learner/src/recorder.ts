import type { Metric, MetricBatch } from "@fastap/kernel";
import { AvgLoss } from "./avg-loss.ts";
import { AvgSmoothLoss } from "./avg-smooth-loss.ts";
import { elapsed } from "./elapsed.ts";
import { hasState } from "./metric-state.ts";
import { lossPanel, schedPanels, type PlotLossOptions } from "./recorder-plot.ts";
import { svgChart } from "./svg-chart.ts";

/** A number, a time, or nothing where a metric saw nothing. */
export type Cell = number | string | undefined;
type Phase = "train" | "valid";

/** Hypers of the last group at a training batch. */
export interface BatchHypers {
  readonly lr?: number | undefined;
  readonly mom?: number | undefined;
}

export interface RecorderOptions {
  /** Metrics of the training batches too; default false. */
  readonly trainMetrics?: boolean;
  /** Metrics of the validation data; default true. */
  readonly validMetrics?: boolean;
  /** A last column with the time of the epoch; default true. */
  readonly addTime?: boolean;
  /** How slowly the smoothed loss follows; default 0.98. */
  readonly beta?: number;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/** `@source fastai.learner.Recorder` */
const RECORDER_DEFAULTS: Required<RecorderOptions> = {
  trainMetrics: false,
  validMetrics: true,
  addTime: true,
  beta: 0.98,
  now: () => performance.now(),
};

/** Plain data for {@link Recorder.restore}. */
export interface RecorderState extends Readonly<
  Pick<Recorder, "values" | "history" | "log" | "finalRecord" | "lrs" | "moms" | "losses" | "rawLosses" | "iters" | "hps">
> {
  readonly row: Record<string, Cell>;
  readonly smooth: readonly [average: number, count: number];
  readonly elapsed: number;
  /** Of the metrics of training that tell it, what they have gathered so far in the epoch. */
  readonly train?: readonly unknown[];
}

/** What happened in a run, in numbers. `@source fastai.learner.Recorder` */
export class Recorder {
  /** `epoch`, `train_loss`, `valid_loss`, the metrics, `time`; with the metrics of both phases, each after its loss with the phase before it. */
  readonly metricNames: readonly string[];
  /** A row per epoch, without epoch and time. Shorter where a phase was cancelled. */
  readonly values: Cell[][] = [];
  /** The same by column name, with epoch and time: what files hold. */
  readonly history: Record<string, Cell>[] = [];
  /** Row of the last epoch, with epoch and time. */
  log: Cell[] = [];
  /** Row of the last epoch, without. */
  finalRecord: Cell[] = [];
  /** One entry per training batch: hypers of the last group, smoothed loss, loss. */
  readonly lrs: number[] = [];
  readonly moms: number[] = [];
  readonly losses: number[] = [];
  readonly rawLosses: number[] = [];
  /** Training batches done at the end of each epoch. */
  readonly iters: number[] = [];
  /** Scheduled hypers of the last group by name, one value per training batch. */
  readonly hps: Record<string, number[]> = {};
  readonly #metrics: Readonly<Record<Phase, readonly Metric[]>>;
  readonly #prefixed: boolean;
  readonly #addTime: boolean;
  readonly #smooth: AvgSmoothLoss;
  readonly #validLoss: AvgLoss = new AvgLoss();
  readonly #now: () => number;
  readonly #cancelled: Set<Phase> = new Set();
  #row: Record<string, Cell> = {};
  #started = 0;

  constructor(kind: "fit" | "validate", metrics: readonly Metric[], options: RecorderOptions = {}) {
    const { trainMetrics, validMetrics, addTime, beta, now } = { ...RECORDER_DEFAULTS, ...options };
    this.#metrics = { train: trainMetrics ? metrics : [], valid: validMetrics ? metrics : [] };
    this.#prefixed = trainMetrics && validMetrics;
    this.#addTime = addTime;
    this.#smooth = new AvgSmoothLoss(beta);
    this.#now = now;
    const phases: Phase[] = kind === "fit" ? ["train", "valid"] : ["valid"];
    const shown = phases.filter((phase) => phase === "train" || validMetrics || !trainMetrics);
    this.metricNames = ["epoch", ...shown.flatMap((phase) => this.#columns(phase)), ...(addTime ? ["time"] : [])];
  }

  get smoothLoss(): number | undefined {
    return this.#smooth.value();
  }

  beforeEpoch(epoch: number): void {
    this.#cancelled.clear();
    this.#started = this.#now();
    this.#row = { epoch };
    this.log = [epoch];
  }

  beforeTrain(): void {
    for (const metric of this.#metrics.train) metric.reset();
  }

  beforeValidate(): void {
    this.#validLoss.reset();
    for (const metric of this.#metrics.valid) metric.reset();
  }

  async trainBatch(loss: number, batch: MetricBatch, { lr, mom }: BatchHypers): Promise<void> {
    this.#smooth.add(loss);
    this.rawLosses.push(loss);
    this.losses.push(this.#smooth.value() ?? NaN);
    if (lr !== undefined) this.lrs.push(lr);
    if (mom !== undefined) this.moms.push(mom);
    for (const metric of this.#metrics.train) await metric.accumulate(batch);
  }

  async validBatch(loss: number, batch: MetricBatch): Promise<void> {
    this.#validLoss.add(loss, batch.size);
    for (const metric of this.#metrics.valid) await metric.accumulate(batch);
  }

  cancelled(phase: Phase): void {
    this.#cancelled.add(phase);
  }

  afterPhase(phase: Phase): void {
    if (this.#cancelled.has(phase)) return;
    const values = [phase === "train" ? this.smoothLoss : this.#validLoss.value(), ...this.#metrics[phase].map((m) => m.value())];
    for (const [i, name] of this.#columns(phase).entries()) if (this.metricNames.includes(name)) this.#write(name, values[i]);
  }

  afterEpoch(): void {
    this.finalRecord = this.log.slice(1);
    this.values.push(this.finalRecord);
    if (this.#addTime) this.#write("time", elapsed((this.#now() - this.#started) / 1000));
    this.history.push(this.#row);
    this.iters.push(this.#smooth.count);
  }

  /** All of it as plain data, for an exact resume; milliseconds into the epoch in place of a clock. */
  state(): RecorderState {
    const { values, history, log, finalRecord, lrs, moms, losses, rawLosses, iters, hps } = this;
    const lists = { values, history, log, finalRecord, lrs, moms, losses, rawLosses, iters, hps };
    const train = this.#metrics.train.map((metric) => (hasState(metric) ? metric.state() : undefined));
    return structuredClone({ ...lists, row: this.#row, smooth: this.#smooth.state(), elapsed: this.#now() - this.#started, train });
  }

  /** Takes over what `state` gave. */
  restore(state: RecorderState): void {
    const { log, finalRecord, row, smooth, elapsed: done, hps, train = [], ...lists } = structuredClone(state);
    for (const [name, list] of Object.entries(lists)) {
      const own: unknown[] = this[name as keyof typeof lists];
      own.length = 0;
      for (const item of list) own.push(item);
    }
    Object.assign(this.hps, hps);
    [this.log, this.finalRecord, this.#row] = [log, finalRecord, row];
    this.#smooth.restore(smooth);
    this.#started = this.#now() - done;
    for (const [i, metric] of this.#metrics.train.entries()) if (hasState(metric) && train[i] !== undefined) metric.restore(train[i]);
  }

  /** Training and validation loss as an SVG document. */
  plotLoss(options: PlotLossOptions = {}): string {
    return svgChart([lossPanel(this, options)]);
  }

  /** Scheduled hypers as an SVG document, or those of `keys`; where none were scheduled, learning rate and momentum. */
  plotSched(keys?: readonly string[]): string {
    return svgChart(schedPanels(this, keys));
  }

  #columns(phase: Phase): string[] {
    return [`${phase}_loss`, ...this.#metrics[phase].map(({ name }) => (this.#prefixed ? `${phase}_${name}` : name))];
  }

  #write(name: string, value: Cell): void {
    this.log.push(value);
    this.#row[name] = value;
  }
}
