import type { Run, StateDict } from "@fastap/kernel";
import { decodeSafetensors } from "@fastap/plugin-nn";
import { E_CHECKPOINT_RECIPE, E_CHECKPOINT_RESTORE } from "./errors.ts";
import { fromExactJson } from "./exact-json.ts";
import { differences, type Recipe } from "./recipe.ts";
import { checkpointables, FILES, loadersOf, type SavedState } from "./snapshot.ts";
import type { Loaded } from "./store.ts";

export function stateOf({ files }: Loaded): SavedState {
  // The bytes are those that `snapshot` wrote: their sums agree.
  return fromExactJson(Buffer.from(files.get(FILES.state) ?? []).toString()) as SavedState;
}

/** @throws E_CHECKPOINT_RECIPE */
export function checkRecipe(here: Recipe, { path }: Loaded, { recipe }: SavedState): void {
  const found = differences(recipe, here);
  if (found.length > 0) throw E_CHECKPOINT_RECIPE({ path, differences: found });
}

/** Model, optimizer and gathered gradients: both or neither. @throws E_CHECKPOINT_RESTORE */
export async function restoreTensors(run: Run, loaded: Loaded, { optimizer }: SavedState): Promise<void> {
  const { model, opt, engine, grads } = run;
  const before = await model.stateDict();
  part(loaded, "model", () => model.loadStateDict(tensorsOf(loaded, FILES.model)));
  try {
    const { frozenIdx, hypers, numbers } = optimizer;
    part(loaded, "optimizer", () => {
      opt?.loadStateDict({ hypers, numbers, tensors: tensorsOf(loaded, FILES.optimizer) });
      if (opt !== undefined && opt.frozenIdx !== frozenIdx) opt.freezeTo(frozenIdx);
    });
  } catch (error) {
    model.loadStateDict(before);
    throw error;
  }
  for (const [name, { data, shape }] of tensorsOf(loaded, FILES.grads))
    if (data instanceof Float32Array) grads.set(name, engine.keep(engine.from(data, shape)));
}

/** Generators, recorder, callbacks and plugins; after whatever events of the epoch have set them up. @throws E_CHECKPOINT_RESTORE */
export function restoreState(run: Run, loaded: Loaded, saved: SavedState): void {
  const { recorder } = saved;
  if (recorder !== undefined) part(loaded, "recorder", () => run.recorder?.restore(recorder));
  const cbs = (run.cbs ?? []).filter((cb) => cb.state !== undefined);
  for (const [i, { name, state }] of saved.callbacks.entries())
    part(loaded, `callback ${name}`, () => {
      if (cbs[i]?.name !== name) throw new Error(`this run has ${cbs[i]?.name ?? "none"} in its place`);
      cbs[i]?.restore?.(state);
    });
  const parts = new Map(checkpointables(run.host));
  for (const [name, state] of Object.entries(saved.plugins)) part(loaded, `state of ${name}`, () => parts.get(name)?.restore(state, run));
  run.resolve("random").restore(saved.random);
}

/** @throws E_CHECKPOINT_RESTORE */
export function restoreLoaders(run: Run, loaded: Loaded, { loaders }: SavedState): void {
  for (const [i, loader] of loadersOf(run).entries())
    if (loaders[i] !== undefined) part(loaded, `position of loader ${i}`, () => loader.restore?.(loaders[i]));
}

function tensorsOf({ files, path }: Loaded, name: string): StateDict {
  const bytes = files.get(name);
  return bytes === undefined ? new Map() : decodeSafetensors(bytes, `${path}/${name}`).state;
}

function part({ path }: Loaded, name: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw E_CHECKPOINT_RESTORE({ path, part: name, problem: error instanceof Error ? error.message : String(error) }, error);
  }
}
