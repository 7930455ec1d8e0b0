import { AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncHook } from "tapable";
import type { Hook } from "tapable";
import type { EventName, RunHooks } from "./events.ts";
import type { Host } from "./host.ts";
import type { Instrument } from "./instrument.ts";
import type { AnyPlugin } from "./plugin.ts";
import type { Run } from "./run.ts";
import type { Grads } from "./tensor.ts";

/** fastai's events in the order of an epoch; ◇ those of the tape are synchronous. */
export const EVENTS: readonly EventName[] = [
  "beforeFit",
  "beforeEpoch",
  "beforeTrain",
  "beforeBatch",
  "afterPred",
  "afterLoss",
  "beforeBackward",
  "afterCancelBackward",
  "afterBackward",
  "beforeStep",
  "afterCancelStep",
  "afterStep",
  "afterCancelBatch",
  "afterBatch",
  "afterCancelTrain",
  "afterTrain",
  "beforeValidate",
  "afterCancelValidate",
  "afterValidate",
  "afterCancelEpoch",
  "afterEpoch",
  "afterCancelFit",
  "afterFit",
];

const TAPE: ReadonlySet<string> = new Set(["afterPred", "afterLoss", "beforeBackward"]);

/** One name per argument, as tapable wants them. */
type ArgNames<A extends unknown[]> = ConstructorParameters<typeof SyncHook<A>>[0] & readonly string[];

/** Whether taps of the hook run inside the gradient tape. */
export function inTape(hook: string): boolean {
  return TAPE.has(hook);
}

/** A hook for a plugin's own `runHooks`, so that it needs no tapable; its taps run in order, at once. */
export function syncHook<A extends unknown[]>(...args: ArgNames<A>): SyncHook<A> {
  return new SyncHook<A>(args);
}

/** The same for taps that may await. */
export function asyncHook<A extends unknown[]>(...args: ArgNames<A>): AsyncSeriesHook<A> {
  return new AsyncSeriesHook<A>(args);
}

/** A fresh, frozen hook table: tapable has no untap, so every run gets its own. */
export function createRunHooks(plugins: readonly AnyPlugin[], instrument: Instrument): RunHooks {
  const table: Record<string, Hook<unknown[], unknown>> = {};
  for (const event of EVENTS) table[event] = open(inTape(event) ? new SyncHook<[Run]>(["run"]) : new AsyncSeriesHook<[Run]>(["run"]));
  table["reduceGradients"] = open(new AsyncSeriesWaterfallHook<[Grads, Run]>(["grads", "run"]));
  table["failed"] = open(new SyncHook<[unknown, Run]>(["error", "run"]));
  table["settled"] = open(new AsyncSeriesHook<[Run]>(["run"]));
  for (const plugin of plugins) {
    for (const [name, make] of Object.entries<() => unknown>(plugin.runHooks ?? {})) table[name] = open(make());
  }
  for (const [name, hook] of Object.entries(table)) instrument.watch(name, hook);
  return Object.freeze(table) as unknown as RunHooks; // the one place where names and types meet
}

/** Hooks of a host: a run was made, all is ready, the end. */
export function createHostHooks(instrument: Instrument): Host["hooks"] {
  const hooks: Host["hooks"] = {
    run: new SyncHook<[Run]>(["run"]),
    ready: new AsyncSeriesHook<[Host]>(["host"]),
    shutdown: new AsyncSeriesHook<[Host]>(["host"]),
  };
  for (const [name, hook] of Object.entries(hooks)) instrument.watch(name, open(hook));
  return Object.freeze(hooks);
}

/** tapable's types are invariant in their arguments; the table holds hooks of all kinds. */
function open(hook: unknown): Hook<unknown[], unknown> {
  return hook as Hook<unknown[], unknown>;
}
