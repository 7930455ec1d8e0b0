import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

export const E_DATA_OPTION: Coded<{ option: string; expected: string; received: string; where?: string; hint?: string }> = defineError(
  "E_DATA_OPTION",
  ({ option, expected, received, where, hint }) => ({ message: `bad option "${option}"`, expected, received, where, hint }),
);

export const E_DATA_RANDOM: Coded<{ transform: string }> = defineError("E_DATA_RANDOM", ({ transform }) => ({
  message: `transform "${transform}" has nothing to draw from`,
  expected: "the stream of an item or batch",
  received: "none",
  hint: 'Give `random` to the data loader, or as third argument to encode: host.resolve("random").fork("…").',
}));

interface Unreadable {
  readonly items: string;
  readonly error: unknown;
  readonly name?: string | undefined;
  readonly step?: string | undefined;
}
export const E_DATA_ITEM: Coded<Unreadable> = defineError("E_DATA_ITEM", ({ items, name, step, error }) => ({
  message: `${items} of the dataset cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  where: [name, step === undefined ? undefined : `step ${step}`].filter((part) => part !== undefined).join(", ") || undefined,
  hint: 'Mend or remove it, or set onBroken to "skip" to leave out what is broken.',
}));

export const E_DATA_WORKER_DIED: Coded<{ item: number; error: unknown }> = defineError("E_DATA_WORKER_DIED", ({ item, error }) => ({
  message: `a worker died: ${error instanceof Error ? error.message : String(error)}`,
  where: item < 0 ? "before it read an item" : `item ${item} of the dataset`,
  hint: "Set numWorkers to 0 to see what happens there.",
}));

export const E_DATA_WORKER_TRANSFORM: Coded<{ transform: string }> = defineError("E_DATA_WORKER_TRANSFORM", ({ transform }) => ({
  message: `the item transform "${transform}" cannot go to a worker`,
  expected: "a transform that says how it is made again: portable() gives module, name and args",
  received: "a function, or an object that keeps to its thread",
  hint: "Export it from a module and give new Transform({ enc, portable: { module: import.meta.url, name } }), or set numWorkers to 0.",
}));

export const E_DATA_WORKER_VALUE: Coded<{ type: string }> = defineError("E_DATA_WORKER_VALUE", ({ type }) => ({
  message: `a value of class ${type} cannot go to a worker`,
  expected: "plain data, or one of the tensor classes of @fastap/plugin-data, before the first transform that goes",
  received: type,
  hint: "Make it in a transform that is portable, or set numWorkers to 0.",
}));

export const E_DATA_WORKERS: Coded<{ received: string }> = defineError("E_DATA_WORKERS", ({ received }) => ({
  message: "workers cannot read this dataset",
  expected: "a dataset that says how: remote() gives a reader",
  received,
  hint: "Set numWorkers to 0.",
}));

export const E_DATA_LOADER_STATE: Coded<{ n: number; received: string }> = defineError("E_DATA_LOADER_STATE", ({ n, received }) => ({
  message: "this is no state of this loader",
  expected: `{ epoch, at, n: ${n}, random }`,
  received: received.slice(0, 200),
  where: "DataLoader.restore",
  hint: "The state was saved over other data, or another number of rows.",
}));

interface Difference {
  readonly what: string;
  readonly position?: number;
  readonly a: readonly [item: number, what: string];
  readonly b: readonly [item: number, what: string];
}
export const E_DATA_COLLATE: Coded<Difference> = defineError("E_DATA_COLLATE", ({ what, position, a, b }) => ({
  message: `items of different ${what} cannot form a batch`,
  expected: `${a[1]} as item ${a[0]} has`,
  received: `${b[1]} from item ${b[0]}`,
  where: position === undefined ? undefined : `position ${position} of the tuple`,
  hint:
    what === "shapes"
      ? "Add an item transform that makes all sizes equal: for images itemTfms: new Resize(224), in a config [[resize, 224]]."
      : "",
}));

export const E_DATA_SAMPLE: Coded<{ index: number; position: number; shape: string; values: number }> = defineError(
  "E_DATA_SAMPLE",
  ({ index, position, shape, values }) => ({
    message: "the shape of a sample does not fit its data",
    expected: `data for shape ${shape}`,
    received: `${values} values`,
    where: `item ${index}, position ${position} of the tuple`,
  }),
);

export const E_DATA_COLUMNS: Coded<{ counts: readonly number[] }> = defineError("E_DATA_COLUMNS", ({ counts }) => ({
  message: "columns do not hold the same whole number of rows",
  expected: "as many rows in each",
  received: counts.join(", "),
}));

export const E_DATA_NO_BATCHES: Coded<{ rows: number; bs: number; dropLast: boolean }> = defineError(
  "E_DATA_NO_BATCHES",
  ({ rows, bs, dropLast }) => ({
    message: "the loader gives no batch",
    expected: dropLast ? `at least ${bs} rows for one batch of bs ${bs}` : "at least one row",
    received: String(rows),
    hint: rows === 0 ? "The dataset is empty." : `Set bs to ${rows} or less, or dropLast to false.`,
  }),
);

export const E_DATA_LENGTH: Coded<void> = defineError("E_DATA_LENGTH", () => ({
  message: "nobody knows how many batches this loader gives, as its items come one after the other",
  expected: "the option n: how many items an epoch has",
  received: "none",
  hint: "Schedules and progress need it: new DataLoader(items, { n, … }).",
}));
