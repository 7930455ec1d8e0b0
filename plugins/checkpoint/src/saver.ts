import { Stage, type Run } from "@fastap/kernel";
import { E_CHECKPOINT_STOPPED } from "./errors.ts";
import type { CheckpointOptions } from "./options.ts";
import type { Position } from "./position.ts";
import type { Recipe } from "./recipe.ts";
import { loadersOf, snapshot, type Snapshot } from "./snapshot.ts";
import type { CheckpointStore } from "./store.ts";

/** Before everything of an event, and after everything: a state is whole only when all have had their turn. */
export const FIRST: number = Stage.setup - 100;
export const LAST: number = Stage.report + 100;

interface Moment {
  readonly position: Position;
  readonly loaders: readonly unknown[];
}

/** Saves one fit: every so many steps and epochs, when it is cancelled between steps, and when it is asked to stop. */
export class Saver {
  readonly #run: Run;
  readonly #store: CheckpointStore;
  readonly #options: Required<CheckpointOptions>;
  readonly #fit: number;
  readonly #recipe: () => Recipe;
  /** The end of the last training batch; undefined while one is under way. */
  #moment: Moment | undefined;
  /** The end of the epoch's training, while it is validated: a fit is never continued inside a validation. */
  #beforeValidation: Snapshot | undefined;
  #saved: Position | undefined;
  #stopping = false;
  #ended: (() => void)[] = [];

  /** `fit`: fits finished before this one. `recipe`: as the fit began. */
  constructor(run: Run, store: CheckpointStore, options: Required<CheckpointOptions>, fit: number, recipe: () => Recipe) {
    this.#recipe = recipe;
    this.#run = run;
    this.#store = store;
    this.#options = options;
    this.#fit = fit;
  }

  tap(): void {
    const { hooks } = this.#run;
    hooks.beforeBatch.tap({ name: "checkpoint/position", stage: FIRST }, (run) => {
      if (run.training) this.#moment = undefined;
    });
    hooks.afterBatch.tap({ name: "checkpoint/position", stage: FIRST }, (run) => {
      if (run.training) this.#moment = { position: this.#position(run.epoch, run.iter + 1), loaders: this.#loaders() };
    });
    hooks.afterBatch.tapPromise({ name: "checkpoint/save", stage: LAST }, (run) =>
      run.training ? this.#afterStep() : this.#inValidation(),
    );
    hooks.afterEpoch.tapPromise({ name: "checkpoint/save", stage: LAST }, () => this.#afterEpoch());
    hooks.afterCancelFit.tapPromise({ name: "checkpoint/save", stage: LAST }, () => this.#afterCancel());
    hooks.settled.tap({ name: "checkpoint/settled", stage: LAST }, () => {
      for (const resolve of this.#ended) resolve();
    });
  }

  /** The run saves itself after the batch it is at and then fails with E_CHECKPOINT_STOPPED; resolves when it is over. */
  stop(): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => this.#ended.push(resolve));
  }

  async #afterStep(): Promise<void> {
    const { everySteps } = this.#options;
    const { trainIter, iter, nIter } = this.#run;
    const due = everySteps > 0 && trainIter % everySteps === 0;
    if (!due && !this.#stopping && iter + 1 < nIter) return;
    const { position, loaders } = this.#moment ?? { position: this.#position(this.#run.epoch, iter + 1), loaders: this.#loaders() };
    const taken = await snapshot(this.#run, this.#recipe(), position, loaders);
    this.#beforeValidation = iter + 1 === nIter ? taken : undefined;
    if (due || this.#stopping) await this.#write(taken, position);
  }

  async #inValidation(): Promise<void> {
    if (this.#stopping && this.#beforeValidation !== undefined) await this.#write(this.#beforeValidation, this.#moment?.position);
  }

  async #afterEpoch(): Promise<void> {
    const { everyEpochs } = this.#options;
    const { epoch, nEpoch } = this.#run;
    this.#beforeValidation = undefined;
    const due = everyEpochs > 0 && ((epoch + 1) % everyEpochs === 0 || epoch + 1 === nEpoch);
    if (!due && !this.#stopping) return;
    const position = this.#position(epoch + 1, undefined);
    await this.#write(await snapshot(this.#run, this.#recipe(), position, this.#loaders()), position);
  }

  /** As after `--max-steps`: the fit ends between two steps, and may be gone on with. */
  async #afterCancel(): Promise<void> {
    const { trainIter, training } = this.#run;
    const moment = this.#moment;
    if (!training || moment?.position.step !== trainIter || this.#saved?.step === trainIter) return;
    await this.#write(await snapshot(this.#run, this.#recipe(), moment.position, moment.loaders), moment.position);
  }

  async #write({ files, facts }: Snapshot, position: Position | undefined): Promise<void> {
    const path = await this.#store.save(files, facts, this.#options.keep);
    this.#saved = position;
    if (this.#stopping) throw E_CHECKPOINT_STOPPED({ path, step: facts.step });
  }

  #position(epoch: number, batch: number | undefined): Position {
    const { trainIter: step, pctTrain } = this.#run;
    return { fit: this.#fit, epoch, batch, step, pctTrain };
  }

  #loaders(): readonly unknown[] {
    return loadersOf(this.#run).map((loader) => loader.state?.());
  }
}
