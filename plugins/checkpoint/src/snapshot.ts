import type { Host, Hypers, Loader, Run, StateDict, StoredTensor } from "@fastap/kernel";
import type { RecorderState } from "@fastap/plugin-learner";
import { encodeSafetensors } from "@fastap/plugin-nn";
import type { Checkpointable } from "./checkpointable.ts";
import { toExactJson } from "./exact-json.ts";
import { sha256, type Manifest } from "./manifest.ts";
import type { Position } from "./position.ts";
import type { Recipe } from "./recipe.ts";

/** Names of the files of a checkpoint. */
export const FILES = {
  model: "model.safetensors",
  optimizer: "optimizer.safetensors",
  grads: "grads.safetensors",
  state: "state.json",
} as const;

/** All of a run but tensors. */
export interface SavedState {
  readonly position: Position;
  readonly recipe: Recipe;
  readonly optimizer: {
    readonly frozenIdx: number;
    readonly hypers: readonly Hypers[];
    readonly numbers: Readonly<Record<string, number>>;
  };
  /** Of the host's generator, which dropout and augmentation draw from. */
  readonly random: readonly number[];
  readonly loaders: readonly unknown[];
  readonly recorder: RecorderState | undefined;
  /** Of the callbacks that have one, in their order. */
  readonly callbacks: readonly { readonly name: string; readonly state: unknown }[];
  /** Of the registry `checkpointables`. */
  readonly plugins: Readonly<Record<string, unknown>>;
}

export interface Snapshot {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly facts: Omit<Manifest, "format" | "files">;
}

/** Everything the run is, as bytes; call it between batches. `loaders` as they were when the batch ended. */
export async function snapshot(run: Run, recipe: Recipe, position: Position, loaders: readonly unknown[]): Promise<Snapshot> {
  const { optimizer, tensors } = await optimizerOf(run);
  const state: SavedState = {
    position,
    recipe,
    optimizer,
    random: [...run.resolve("random").state()],
    loaders,
    recorder: run.recorder?.state(),
    callbacks: (run.cbs ?? []).flatMap((cb) => (cb.state === undefined ? [] : [{ name: cb.name, state: cb.state() }])),
    plugins: Object.fromEntries(checkpointables(run.host).map(([name, part]) => [name, part.state(run)])),
  };
  const grads = await gradsOf(run);
  const files = new Map<string, Uint8Array>([
    [FILES.model, encodeSafetensors(await run.model.stateDict(), { format: "pt" })],
    [FILES.optimizer, encodeSafetensors(tensors)],
    [FILES.state, Buffer.from(toExactJson(state))],
  ]);
  if (grads.size > 0) files.set(FILES.grads, encodeSafetensors(grads));
  return { files, facts: { step: position.step, epoch: position.epoch, digests: digestsOf(files, state) } };
}

/** Of every loader the run reads, in order. */
export function loadersOf(run: Run): readonly Loader[] {
  return run.learner?.dls.loaders ?? (run.dl === undefined ? [] : [run.dl]);
}

/** What plugins contributed, by name. */
export function checkpointables(host: Host): [name: string, part: Checkpointable][] {
  const registry = host.registry("checkpointables");
  return registry.names().map((name) => [name, registry.make(name)]);
}

async function optimizerOf({ opt }: Run): Promise<{ readonly optimizer: SavedState["optimizer"]; readonly tensors: StateDict }> {
  if (opt === undefined) return { optimizer: { frozenIdx: 0, hypers: [], numbers: {} }, tensors: new Map() };
  const { hypers, numbers, tensors } = await opt.stateDict();
  return { optimizer: { frozenIdx: opt.frozenIdx, hypers, numbers }, tensors };
}

/** What gradient accumulation has gathered and no step has used. */
async function gradsOf({ grads, engine }: Run): Promise<StateDict> {
  const stored = new Map<string, StoredTensor>();
  for (const [name, grad] of grads) {
    const data = await engine.read(grad);
    stored.set(name, { dtype: "F32", shape: [...grad.shape], data: Float32Array.from(data) });
  }
  return stored;
}

/** Equal bits, equal digests; clock times do not count. */
function digestsOf(files: ReadonlyMap<string, Uint8Array>, state: SavedState): Record<string, string> {
  const { optimizer, random, loaders, recorder, callbacks, plugins, position } = state;
  const json = { hypers: optimizer, random, loaders, recorder: recorder && untimed(recorder), callbacks, plugins, position };
  const binary = [...files]
    .filter(([name]) => name !== FILES.state)
    .map(([name, data]) => [name.replace(/\..*/, ""), sha256(data)] as const);
  const texts = Object.entries(json).map(([name, part]) => [name, sha256(toExactJson(part))] as const);
  return Object.fromEntries([...binary, ...texts]);
}

function untimed({ lrs, moms, losses, rawLosses, iters, hps, smooth, history }: RecorderState): object {
  return { lrs, moms, losses, rawLosses, iters, hps, smooth, history: history.map((row) => ({ ...row, time: undefined })) };
}
