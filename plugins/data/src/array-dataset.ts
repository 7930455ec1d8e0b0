import type { TypedArray } from "@fastap/kernel";
import type { Dataset } from "./dataset.ts";
import { E_DATA_COLUMNS } from "./errors.ts";
import { allocate, dtypeOf, sizeOf } from "./sample.ts";
import type { Dtype, Sample } from "./sample.ts";

/** One field of every row, all in one array. */
export interface Column {
  /** Rows one after the other. */
  readonly data: TypedArray;
  /** Of one row; `[]` for scalars. */
  readonly shape: readonly number[];
  /** Of the tensors; default as in {@link Sample}. */
  readonly dtype?: Dtype;
  /** Value of each byte 0…255, looked up when a batch is made: bytes stay bytes in memory. Needs a Uint8Array. */
  readonly byteValues?: Float32Array;
}

/** A dataset over columns in memory. Collates a batch by copying rows, without a look at single items. */
export class ArrayDataset implements Dataset<readonly Sample[]> {
  readonly length: number;
  readonly #columns: readonly Column[];

  /** @throws E_DATA_COLUMNS when a column is no whole number of rows, or columns have different numbers of rows. */
  constructor(columns: readonly Column[]) {
    const counts = columns.map(({ data, shape }) => data.length / sizeOf(shape));
    const rows = counts[0] ?? 0;
    if (counts.some((count) => count !== rows || !Number.isInteger(count))) throw E_DATA_COLUMNS({ counts });
    this.length = rows;
    this.#columns = columns;
  }

  get(i: number): readonly Sample[] {
    return this.#columns.map((column) => ({ ...gather(column, Int32Array.of(i)), shape: column.shape }));
  }

  getBatch(rows: Int32Array): readonly Sample[] {
    return this.#columns.map((column) => gather(column, rows));
  }

  /** The first `rows` rows, on the same memory. */
  head(rows: number): ArrayDataset {
    return new ArrayDataset(this.#columns.map((column) => ({ ...column, data: column.data.subarray(0, rows * sizeOf(column.shape)) })));
  }
}

function gather(column: Column, rows: Int32Array): Sample {
  const size = sizeOf(column.shape);
  const dtype = column.byteValues === undefined ? dtypeOf(column) : "float32";
  const data = allocate(dtype, rows.length * size);
  if (column.byteValues !== undefined) lookUp(column.data, column.byteValues, { rows, size, out: data });
  else copyRuns(column.data, { rows, size, out: data });
  return { data, shape: [rows.length, ...column.shape], dtype };
}

interface Gathering {
  readonly rows: Int32Array;
  readonly size: number;
  readonly out: TypedArray;
}

/** One copy for each run of rows that follow each other. */
function copyRuns(data: TypedArray, { rows, size, out }: Gathering): void {
  for (let start = 0, end = 0; start < rows.length; start = end) {
    const first = rows[start] ?? 0;
    end = start + 1;
    while (end < rows.length && rows[end] === first + end - start) end++;
    out.set(data.subarray(first * size, (first + end - start) * size), start * size);
  }
}

function lookUp(data: TypedArray, values: Float32Array, { rows, size, out }: Gathering): void {
  let to = 0;
  for (const row of rows) {
    for (let from = row * size, end = from + size; from < end; from++) out[to++] = values[data[from] ?? 0] ?? 0;
  }
}
