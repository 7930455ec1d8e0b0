import type { Run } from "@fastap/kernel";
import { Tracker, type TrackerOptions } from "./tracker.ts";

export interface ReduceLROnPlateauOptions extends TrackerOptions {
  /** Epochs without an improvement after which the rate falls; default 1. */
  readonly patience?: number;
  /** The rate is divided by this; default 10. */
  readonly factor?: number;
  /** Where it stops falling; default 0. */
  readonly minLr?: number;
}

/**
 * Lowers the learning rate of every group when the monitored value stops improving. For plain `fit`: a schedule would set the rate anew.
 * `@source fastai.callback.tracker.ReduceLROnPlateau`
 */
export class ReduceLROnPlateau extends Tracker {
  readonly patience: number;
  readonly factor: number;
  readonly minLr: number;

  constructor({ patience = 1, factor = 10, minLr = 0, ...options }: ReduceLROnPlateauOptions) {
    super("reduceLROnPlateau", 2, options);
    [this.patience, this.factor, this.minLr] = [patience, factor, minLr];
  }

  override afterEpoch(run: Run): void {
    if (!this.outOfPatience(run, this.patience)) return;
    this.wait = 0;
    const last = lastLr(run);
    const lrs = run.opt?.groups.map(({ hypers }) => Math.max((hypers["lr"] ?? 0) / this.factor, this.minLr)) ?? [];
    run.opt?.setHyper("lr", lrs);
    const now = lastLr(run);
    if (now !== last) run.say?.(`Epoch ${run.epoch}: reducing lr to ${now}`);
  }
}

function lastLr({ opt }: Run): number | undefined {
  return opt?.groups.at(-1)?.hypers["lr"];
}

/** @throws E_TRACKERS_OPTION */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): ReduceLROnPlateau {
  return new ReduceLROnPlateau(options);
}
