import type { Metric, MetricBatch } from "@fastap/kernel";
import { AvgLoss } from "./avg-loss.ts";
import { AvgSmoothLoss } from "./avg-smooth-loss.ts";
import { elapsed } from "./elapsed.ts";
import { lossPanel, schedPanels } from "./recorder-plot.ts";
import { svgChart } from "./svg-chart.ts";

/** A number, a time, or nothing where a metric saw nothing. */
export type Cell = number | string | undefined;
type Phase = "train" | "valid";

/** Hypers of the last group at a training batch. */
export interface BatchHypers {
  readonly lr?: number | undefined;
  readonly mom?: number | undefined;
}

/** What happened in a run, in numbers. `@source fastai.learner.Recorder` */
export class Recorder {
  /** `epoch`, `train_loss`, `valid_loss`, the metrics, `time`. */
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
  readonly #metrics: readonly Metric[];
  readonly #smooth: AvgSmoothLoss = new AvgSmoothLoss();
  readonly #validLoss: AvgLoss = new AvgLoss();
  readonly #now: () => number;
  readonly #cancelled: Set<Phase> = new Set();
  #row: Record<string, Cell> = {};
  #started = 0;

  /** `now` gives milliseconds. */
  constructor(kind: "fit" | "validate", metrics: readonly Metric[], now: () => number = () => performance.now()) {
    this.#metrics = metrics;
    this.#now = now;
    const losses = kind === "fit" ? ["train_loss", "valid_loss"] : ["valid_loss"];
    this.metricNames = ["epoch", ...losses, ...metrics.map((metric) => metric.name), "time"];
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

  beforeValidate(): void {
    this.#validLoss.reset();
    for (const metric of this.#metrics) metric.reset();
  }

  trainBatch(loss: number, { lr, mom }: BatchHypers): void {
    this.#smooth.add(loss);
    this.rawLosses.push(loss);
    this.losses.push(this.#smooth.value() ?? NaN);
    if (lr !== undefined) this.lrs.push(lr);
    if (mom !== undefined) this.moms.push(mom);
  }

  async validBatch(loss: number, batch: MetricBatch): Promise<void> {
    this.#validLoss.add(loss, batch.size);
    for (const metric of this.#metrics) await metric.accumulate(batch);
  }

  cancelled(phase: Phase): void {
    this.#cancelled.add(phase);
  }

  afterPhase(phase: Phase): void {
    if (this.#cancelled.has(phase)) return;
    if (phase === "train") return this.#write("train_loss", this.smoothLoss);
    this.#write("valid_loss", this.#validLoss.value());
    for (const metric of this.#metrics) this.#write(metric.name, metric.value());
  }

  afterEpoch(): void {
    this.finalRecord = this.log.slice(1);
    this.values.push(this.finalRecord);
    this.#write("time", elapsed((this.#now() - this.#started) / 1000));
    this.history.push(this.#row);
    this.iters.push(this.#smooth.count);
  }

  /** Training and validation loss as an SVG document; the first `skipStart` batches are left out. */
  plotLoss({ skipStart = 5, withValid = true }: { readonly skipStart?: number; readonly withValid?: boolean } = {}): string {
    return svgChart([lossPanel(this, skipStart, withValid)]);
  }

  /** Learning rate and momentum as an SVG document. */
  plotSched(): string {
    return svgChart(schedPanels(this));
  }

  #write(name: string, value: Cell): void {
    this.log.push(value);
    this.#row[name] = value;
  }
}
