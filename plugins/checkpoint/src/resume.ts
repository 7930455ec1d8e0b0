import type { Run } from "@fastap/kernel";
import type { Position } from "./position.ts";
import { differences, type Recipe } from "./recipe.ts";
import { checkRecipe, restoreLoaders, restoreState, restoreTensors, stateOf } from "./restore.ts";
import { FIRST, LAST } from "./saver.ts";
import type { SavedState } from "./snapshot.ts";
import type { CheckpointStore, Loaded, Refused } from "./store.ts";

/** Puts a run where a checkpoint is, before its first batch. */
export class Resume {
  readonly #store: CheckpointStore;
  readonly #path: string | undefined;
  readonly #fit: number;
  readonly #recipe: () => Recipe;
  #found: { readonly loaded: Loaded; readonly saved: SavedState } | undefined;

  /** `path`: that checkpoint, not the newest. `fit`: fits finished before this one. `recipe`: as the fit began. */
  constructor(store: CheckpointStore, path: string | undefined, fit: number, recipe: () => Recipe) {
    this.#store = store;
    this.#path = path;
    this.#fit = fit;
    this.#recipe = recipe;
  }

  tap({ hooks }: Run): void {
    hooks.beforeFit.tapPromise({ name: "checkpoint/resume", stage: FIRST }, (run) => this.#begin(run));
    hooks.beforeFit.tap({ name: "checkpoint/finished", stage: LAST }, (run) => this.#endIfDone(run));
    hooks.beforeEpoch.tap({ name: "checkpoint/resume", stage: FIRST }, (run) => this.#intoEpoch(run));
    hooks.beforeTrain.tap({ name: "checkpoint/resume", stage: LAST }, (run) => this.#intoTraining(run));
    hooks.beforeBatch.tap({ name: "checkpoint/resume", stage: FIRST }, (run) => this.#intoBatch(run));
    hooks.beforeValidate.tap({ name: "checkpoint/resume", stage: FIRST }, () => this.#done());
  }

  async #begin(run: Run): Promise<void> {
    const loaded = await this.#load();
    if (loaded === undefined) return;
    const saved = stateOf(loaded);
    const { position } = saved;
    if (this.#path === undefined && position.fit < this.#fit && this.#isOver(saved)) return;
    if (position.fit <= this.#fit) {
      checkRecipe(this.#recipe(), loaded, saved);
      await restoreTensors(run, loaded, saved);
      run.resumed = { ...position, path: loaded.path };
    }
    this.#found = { loaded, saved };
  }

  /** Of an earlier fit that came to its end, or that this one does not go on with. */
  #isOver({ position, recipe }: SavedState): boolean {
    return position.epoch >= Number(recipe["nEpoch"]) || differences(recipe, this.#recipe()).length > 0;
  }

  async #load(): Promise<Loaded | undefined> {
    if (this.#path !== undefined) return this.#store.at(this.#path);
    const newest = await this.#store.newest();
    for (const refused of newest?.refused ?? []) warn(refused, newest?.loaded);
    return newest?.loaded;
  }

  /** A checkpoint of a later fit, or of this one's end, leaves nothing to train here. */
  #endIfDone(run: Run): void {
    const position = this.#position();
    if (position === undefined) return;
    if (position.fit > this.#fit) run.cancel("fit");
    if (position.epoch < run.nEpoch) return;
    this.#restoreState(run);
    Object.assign(run, { trainIter: position.step, pctTrain: position.pctTrain });
    run.cancel("fit");
  }

  #intoEpoch(run: Run): void {
    const position = this.#position();
    if (position === undefined) return;
    const { epoch, step, batch } = position;
    Object.assign(run, { epoch, trainIter: step });
    if (batch === undefined) this.#restoreState(run);
  }

  /** Inside an epoch, only now: what `beforeEpoch` and `beforeTrain` reset was no longer so at this batch. */
  #intoTraining(run: Run): void {
    const position = this.#position();
    if (this.#found === undefined || position === undefined) return;
    const { loaded, saved } = this.#found;
    restoreLoaders(run, loaded, saved);
    if (position.batch === undefined) return this.#done();
    Object.assign(run, { pctTrain: position.pctTrain });
    this.#restoreState(run);
  }

  #intoBatch(run: Run): void {
    const position = this.#position();
    if (position?.batch === undefined || !run.training) return;
    Object.assign(run, { iter: position.batch });
    this.#done();
  }

  #restoreState(run: Run): void {
    if (this.#found !== undefined) restoreState(run, this.#found.loaded, this.#found.saved);
  }

  #position(): Position | undefined {
    return this.#found?.saved.position;
  }

  /** Frees the bytes: the run is where it was. */
  #done(): void {
    this.#found = undefined;
  }
}

function warn({ path, problem }: Refused, used: Loaded | undefined): void {
  process.emitWarning(`${path} is damaged (${problem}); resuming from ${used?.path ?? "none"}`, { code: "FASTAP_CHECKPOINT_DAMAGED" });
}
