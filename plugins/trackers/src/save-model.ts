import type { Run } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { E_TRACKERS_LEARNER, E_TRACKERS_NEVER_SAVED, E_TRACKERS_OPTION } from "./errors.ts";
import { Tracker, type TrackerOptions, type TrackerState } from "./tracker.ts";

export interface SaveModelOptions extends TrackerOptions {
  /** Name of the file, as `learn.save` takes it; default "model". */
  readonly fname?: string;
  /** Save `fname_<epoch>` at every epoch, or at every k-th; default false: the best one. */
  readonly everyEpoch?: boolean | number;
  /** Save when the fit ends, and do not go back to the best; default false. */
  readonly atEnd?: boolean;
  /** The optimizer's state too; default false. */
  readonly withOpt?: boolean;
}

interface SaveModelState extends TrackerState {
  readonly lastSavedPath?: string;
}

/** Saves the best model and loads it when the fit ends. `@source fastai.callback.tracker.SaveModelCallback` */
export class SaveModel extends Tracker {
  readonly fname: string;
  readonly everyEpoch: number;
  readonly atEnd: boolean;
  readonly withOpt: boolean;
  /** Path of the file that was written last. */
  lastSavedPath: string | undefined;

  /** @throws E_TRACKERS_OPTION */
  constructor({ fname = "model", everyEpoch = false, atEnd = false, withOpt = false, ...options }: SaveModelOptions) {
    super("saveModel", 1, options);
    [this.fname, this.everyEpoch, this.atEnd, this.withOpt] = [fname, Number(everyEpoch), atEnd, withOpt];
    const known = ["everyEpoch", "atEnd"];
    if (this.everyEpoch > 0 && atEnd) throw E_TRACKERS_OPTION({ callback: this.name, problem: "takes one of everyEpoch and atEnd", known });
    if (!Number.isSafeInteger(this.everyEpoch) || this.everyEpoch < 0)
      throw E_TRACKERS_OPTION({ callback: this.name, problem: "everyEpoch is true, false or a whole number", known });
  }

  override beforeFit(run: Run): void {
    super.beforeFit(run);
    learnerOf(run, this.name);
    this.lastSavedPath = undefined;
  }

  override async afterEpoch(run: Run): Promise<void> {
    if (this.everyEpoch > 0) {
      if (run.epoch % this.everyEpoch === 0) await this.#save(run, `${this.fname}_${run.epoch}`);
      return;
    }
    this.look(run);
    if (!this.newBest) return;
    run.say?.(`Better model found at epoch ${run.epoch} with ${this.monitor} value: ${this.best}.`);
    await this.#save(run, this.fname);
  }

  /** Where nothing was saved, the model stays and a warning says so (E_TRACKERS_NEVER_SAVED), rather than load a file that another fit left. */
  async afterFit(run: Run): Promise<void> {
    if (this.atEnd) return this.#save(run, this.fname);
    if (this.everyEpoch > 0) return;
    if (this.lastSavedPath === undefined) process.emitWarning(E_TRACKERS_NEVER_SAVED({ monitor: this.monitor, fname: this.fname }));
    else await learnerOf(run, this.name).load(this.fname, { withOpt: this.withOpt });
  }

  override state(): SaveModelState {
    return { ...super.state(), ...(this.lastSavedPath === undefined ? {} : { lastSavedPath: this.lastSavedPath }) };
  }

  override restore(state: unknown): void {
    super.restore(state);
    this.lastSavedPath = (state as SaveModelState).lastSavedPath;
  }

  async #save(run: Run, file: string): Promise<void> {
    this.lastSavedPath = await learnerOf(run, this.name).save(file, { withOpt: this.withOpt });
  }
}

/** @throws E_TRACKERS_OPTION */
export function saveModel(options: SaveModelOptions = {}): SaveModel {
  return new SaveModel(options);
}

function learnerOf({ learner }: Run, callback: string): Learner {
  if (learner === undefined) throw E_TRACKERS_LEARNER({ callback });
  return learner;
}
