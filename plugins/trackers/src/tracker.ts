import type { Callback, Run, StageName } from "@fastap/kernel";
import type { Recorder } from "@fastap/plugin-learner";
import { E_TRACKERS_LEARNER, E_TRACKERS_MONITOR, E_TRACKERS_OPTION } from "./errors.ts";
import { directionOf, improves, worst, type Direction } from "./monitor.ts";

export interface TrackerOptions {
  /** Column of the record; default "valid_loss". */
  readonly monitor?: string;
  /** Default: less for a loss or an error, else greater. */
  readonly comp?: Direction;
  /** What an improvement must exceed; default 0. */
  readonly minDelta?: number;
  /** Forget the best value when a fit starts; default true. */
  readonly resetOnFit?: boolean;
}

/** Plain data for an exact resume. */
export interface TrackerState {
  readonly best: number | "Infinity" | "-Infinity";
  readonly newBest: boolean;
  readonly wait: number;
}

export const TRACKER_DEFAULTS: { readonly monitor: string; readonly comp: null; readonly minDelta: number; readonly resetOnFit: boolean } =
  {
    monitor: "valid_loss",
    comp: null,
    minDelta: 0,
    resetOnFit: true,
  };

/** Watches a column of the record in every fit but trial runs. `@source fastai.callback.tracker.TrackerCallback` */
export class Tracker implements Callback {
  readonly name: string;
  readonly stage: StageName = "report";
  readonly order: number;
  readonly monitor: string;
  readonly recipe: unknown;
  /** Of the monitored values so far. */
  best: number;
  /** Whether the last epoch was the best. */
  newBest = false;
  /** Epochs since the last improvement or action, where the tracker counts them. */
  wait = 0;
  readonly #rule: { readonly direction: Direction; readonly minDelta: number };
  readonly #resetOnFit: boolean;

  /** @throws E_TRACKERS_OPTION */
  constructor(name: string, order: number, options: TrackerOptions) {
    const { monitor = "valid_loss", comp = directionOf(monitor), minDelta = 0, resetOnFit = true } = options;
    if (comp !== "less" && comp !== "greater")
      throw E_TRACKERS_OPTION({ callback: name, problem: 'comp is "less" or "greater"', known: ["less", "greater"], option: String(comp) });
    [this.name, this.order, this.monitor, this.recipe] = [name, order, monitor, options];
    this.#rule = { direction: comp, minDelta };
    this.#resetOnFit = resetOnFit;
    this.best = worst(comp);
  }

  active({ kind, probe }: Run): boolean {
    return kind === "fit" && probe !== true;
  }

  /** @throws E_TRACKERS_MONITOR, E_TRACKERS_LEARNER */
  beforeFit(run: Run): void {
    const columns = this.recorderOf(run).metricNames.filter((name) => name !== "epoch" && name !== "time");
    if (!columns.includes(this.monitor)) throw E_TRACKERS_MONITOR({ callback: this.name, monitor: this.monitor, columns });
    if (this.#resetOnFit) this.best = worst(this.#rule.direction);
    this.newBest = false;
    this.wait = 0;
  }

  afterEpoch(run: Run): void | Promise<void> {
    this.look(run);
  }

  state(): TrackerState {
    const { best, newBest, wait } = this;
    return { best: Number.isFinite(best) ? best : best > 0 ? "Infinity" : "-Infinity", newBest, wait };
  }

  restore(state: unknown): void {
    const { best, newBest, wait } = state as TrackerState;
    [this.best, this.newBest, this.wait] = [Number(best), newBest, wait];
  }

  /** Judges the last epoch; false where it has no value (its phase was cancelled or skipped), so that nothing is decided. */
  protected look(run: Run): boolean {
    const value = this.recorderOf(run).history.at(-1)?.[this.monitor];
    this.newBest = false;
    if (typeof value !== "number") return false;
    this.newBest = improves(value, this.best, this.#rule);
    if (this.newBest) this.best = value;
    return true;
  }

  /** Counts epochs that were not the best; true when there are `patience` of them. */
  protected outOfPatience(run: Run, patience: number): boolean {
    if (!this.look(run)) return false;
    this.wait = this.newBest ? 0 : this.wait + 1;
    return this.wait >= patience;
  }

  protected recorderOf({ recorder }: Run): Recorder {
    if (recorder === undefined) throw E_TRACKERS_LEARNER({ callback: this.name });
    return recorder;
  }
}

/** A tracker that only tracks: its `best` and `newBest` are for other callbacks. */
export function tracker(options: TrackerOptions = {}): Tracker {
  return new Tracker("tracker", 0, options);
}
