import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

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
  hint: "Is the path right? In a config a relative one starts from the config's directory, one of ${FASTAP_DATA} from where you are.",
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
