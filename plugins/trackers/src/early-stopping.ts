import type { Run } from "@fastap/kernel";
import { Tracker, type TrackerOptions } from "./tracker.ts";

export interface EarlyStoppingOptions extends TrackerOptions {
  /** Epochs without an improvement after which the fit ends; default 1. */
  readonly patience?: number;
}

/** Ends the fit when the monitored value stops improving. `@source fastai.callback.tracker.EarlyStoppingCallback` */
export class EarlyStopping extends Tracker {
  readonly patience: number;

  constructor({ patience = 1, ...options }: EarlyStoppingOptions) {
    super("earlyStopping", 3, options);
    this.patience = patience;
  }

  override afterEpoch(run: Run): void {
    if (!this.outOfPatience(run, this.patience)) return;
    run.say?.(`No improvement since epoch ${run.epoch - this.wait}: early stopping`);
    run.cancel("fit");
  }
}

/** @throws E_TRACKERS_OPTION */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return new EarlyStopping(options);
}
