import type { DataLoaders, Engine, Loader } from "@fastap/kernel";
import { E_DATA_OPTION } from "./errors.ts";
import type { Normalize } from "./idx-options.ts";
import { inputReader } from "./input-reader.ts";

interface ImageInputs {
  /** `[height, width, channels]` */
  readonly inputShape: readonly number[];
  readonly vocab: readonly string[];
  /** Files hold bytes, numbers are fractions. */
  readonly bytes: boolean;
  readonly normalize?: Normalize;
}

/** No items, but images from a user become what a model was trained on: the data of an exported Learner. @throws E_DATA_OPTION */
export function imageInputs(raw: unknown, { engine, root }: { readonly engine: Engine; readonly root: string }): DataLoaders {
  const { inputShape, vocab, bytes, normalize } = parsed(raw);
  return {
    train: EMPTY,
    valid: EMPTY,
    loaders: [EMPTY, EMPTY],
    inputShape,
    vocab,
    c: vocab.length,
    preprocessing: ["imageInputs", raw],
    testBatch: inputReader({ engine, root, inputShape, bytes, normalize }),
  };
}

const EMPTY: Loader = {
  length: 0,
  async *[Symbol.asyncIterator]() {
    // it has no items
  },
};

function parsed(raw: unknown): ImageInputs {
  const given: Readonly<Record<string, unknown>> = typeof raw === "object" && raw !== null ? { ...raw } : {};
  for (const [option, { expected, ok }] of Object.entries(CHECKS)) {
    const value = given[option];
    if (!ok(value)) throw E_DATA_OPTION({ option, expected, received: JSON.stringify(value) ?? "nothing", where: 'dataset "imageInputs"' });
  }
  return given as unknown as ImageInputs; // every key was checked
}

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n > 0);
const CHECKS: Readonly<Record<keyof ImageInputs, { readonly expected: string; readonly ok: (value: unknown) => boolean }>> = {
  inputShape: { expected: "[height, width, channels]", ok: (v) => isNumbers(v) && Array.isArray(v) && v.length === 3 },
  vocab: { expected: "class names", ok: (v) => Array.isArray(v) && v.every((name) => typeof name === "string") },
  bytes: { expected: "true or false", ok: (v) => typeof v === "boolean" },
  normalize: { expected: "{ mean, std } or nothing", ok: (v) => v === undefined || isNormalize(v) },
};

function isNormalize(value: unknown): value is Normalize {
  return typeof value === "object" && value !== null && "mean" in value && "std" in value && [value.mean, value.std].every(Number.isFinite);
}
