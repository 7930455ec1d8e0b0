import type { TypedArray } from "@fastap/kernel";
import { sizeOf } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { TensorImage, TensorImageBW, TensorMask } from "./semantic-types.ts";
import { Category, MultiCategory, TitledFloat, TitledSample, TitledTuple } from "./titled.ts";
import { tuple } from "./tuple.ts";
import type { Tuple } from "./tuple.ts";

/** Values of a vector that are worth being read out. */
const SPOKEN = 8;

export interface Values {
  readonly data: TypedArray;
  /** `[rows, …]` */
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** What the tensors of a batch without types most likely are, told by their shapes; the first `nInp` are inputs. At most `maxN` samples. */
export function plainSamples(
  fields: readonly Values[],
  maxN: number,
  { nInp, vocab }: { nInp: number; vocab?: readonly string[] | undefined },
): Tuple[] {
  const rows = Math.min(maxN, fields[0]?.shape[0] ?? 0);
  const value = (field: Values, i: number, row: number): object => {
    const sample = rowOf(field, row);
    return imageOf(sample) ?? (i < nInp ? plainWords(sample) : targetOf(sample, vocab));
  };
  return Array.from({ length: rows }, (_, row) => tuple(...fields.map((field, i) => value(field, i, row))));
}

/** One row of a batch. */
export function rowOf({ data, shape: [, ...shape], dtype }: Values, row: number): Sample {
  const size = sizeOf(shape);
  const kind = dtype === "int32" || dtype === "bool" ? dtype : "float32";
  return { data: data.slice(row * size, (row + 1) * size), shape, dtype: kind };
}

/** `[height, width, 1 or 3]`, stretched to bytes as inputs may be normalised. */
function imageOf({ data, shape }: Sample): TensorImage | undefined {
  const channels = shape[2];
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const bytes = Int32Array.from(data, (value) => Math.round(((value - low) / (high - low || 1)) * 255));
  return new (channels === 1 ? TensorImageBW : TensorImage)({ data: bytes, shape, dtype: "int32" });
}

function targetOf(sample: Sample, vocab: readonly string[] = []): object {
  const { data, shape, dtype } = sample;
  if (shape.length === 2 && dtype !== "float32") return new TensorMask({ data: Int32Array.from(data), shape, dtype: "int32" });
  if (shape.length === 1 && isOneHot(data, vocab)) return new MultiCategory(vocab.filter((_, i) => data[i] === 1));
  const [id] = shape.length === 0 && dtype !== "float32" ? data : [];
  return id === undefined ? plainWords(sample) : new Category(vocab[id] ?? id);
}

function isOneHot(data: TypedArray, vocab: readonly string[]): boolean {
  return data.length > 0 && data.length === vocab.length && data.every((v: number) => v === 0 || v === 1);
}

/** Numbers without a meaning, as words. */
export function plainWords(sample: Sample): TitledFloat | TitledTuple | TitledSample {
  const { data, shape } = sample;
  if (shape.length === 0) return new TitledFloat(data[0] ?? NaN);
  return shape.length === 1 && data.length <= SPOKEN ? new TitledTuple([...data]) : new TitledSample(sample);
}
