import { fieldsOf } from "./dataset.ts";
import type { Item } from "./dataset.ts";
import { E_DATA_COLLATE, E_DATA_SAMPLE } from "./errors.ts";
import { allocate, asSample, dtypeOf, sizeOf } from "./sample.ts";
import type { Sample } from "./sample.ts";

/** An item with its place in the dataset, for messages. */
export interface Row {
  readonly index: number;
  readonly item: Item;
}

/**
 * Stacks items field by field: one sample `[rows, …]` per tuple position, in fresh arrays.
 * @throws E_DATA_COLLATE where items differ in number of fields, shape or dtype; E_DATA_SAMPLE where a shape denies its data.
 * @source fastai.data.load.fa_collate
 */
export function collate(rows: readonly Row[]): readonly Sample[] {
  const tuples = rows.map(({ index, item }) => ({ index, samples: fieldsOf(item).map(asSample) }));
  const [first] = tuples;
  if (first === undefined) return [];
  for (const { index, samples } of tuples) {
    if (samples.length !== first.samples.length)
      throw E_DATA_COLLATE({
        what: "numbers of fields",
        a: [first.index, String(first.samples.length)],
        b: [index, String(samples.length)],
      });
  }
  return first.samples.map((_, position) =>
    stack(
      position,
      tuples.flatMap(({ index, samples }) => samples.slice(position, position + 1).map((sample) => ({ index, sample }))),
    ),
  );
}

/** The samples of an item that is a batch already. */
export function prebatched({ index, item }: Row): readonly Sample[] {
  const samples = fieldsOf(item).map(asSample);
  samples.forEach((sample, position) => check(sample, { position, index }));
  return samples;
}

function stack(position: number, rows: readonly { readonly index: number; readonly sample: Sample }[]): Sample {
  const [first] = rows;
  if (first === undefined) return { data: new Float32Array(0), shape: [0] };
  const { shape } = first.sample;
  const dtype = dtypeOf(first.sample);
  const size = sizeOf(shape);
  // Bytes stay bytes on the way to the engine, a quarter of the memory; there they become whole numbers.
  const areBytes = dtype === "int32" && rows.every(({ sample }) => sample.data instanceof Uint8Array);
  const data = areBytes ? new Uint8Array(rows.length * size) : allocate(dtype, rows.length * size);
  rows.forEach(({ index, sample }, i) => {
    check(sample, { position, index });
    if (!sameShape(sample.shape, shape))
      throw E_DATA_COLLATE({ what: "shapes", position, a: [first.index, show(shape)], b: [index, show(sample.shape)] });
    if (dtypeOf(sample) !== dtype) throw E_DATA_COLLATE({ what: "dtypes", position, a: [first.index, dtype], b: [index, dtypeOf(sample)] });
    data.set(sample.data, i * size);
  });
  return { data, shape: [rows.length, ...shape], dtype };
}

function check({ data, shape }: Sample, at: { readonly position: number; readonly index: number }): void {
  if (data.length !== sizeOf(shape)) throw E_DATA_SAMPLE({ ...at, shape: show(shape), values: data.length });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

function show(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
