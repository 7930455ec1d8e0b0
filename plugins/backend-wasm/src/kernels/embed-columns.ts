import type { TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { valuesOf } from "../tensor-values.ts";

// In JavaScript: the rows are so short that each costs less than a call.

const op = "FastapEmbedColumns";
const opGrad = "FastapEmbedColumnsGrad";

interface Inputs extends Readonly<Record<number, TensorInfo>> {
  readonly ids: TensorInfo;
  readonly rest?: TensorInfo;
}

/**
 * `ids` int32 `[batch, tables]`, the tables `[rows, width]` by their number, optionally `rest` `[batch, n]` → `[[batch, widths + n]]`.
 * An id outside its table is an error. @source fastai.tabular.model.TabularModel.forward
 */
export const embedColumns: OwnKernel = ownKernel<PropertyKey, object>(op, (heap) => (given) => {
  const inputs = given as unknown as Inputs;
  const [batch = 0, columns = 0] = inputs.ids.shape;
  const tables = Array.from({ length: columns }, (_, i) => tableOf(inputs, i));
  const parts = inputs.rest === undefined ? tables : [...tables, inputs.rest];
  requireDtype(op, "int32", inputs.ids);
  requireDtype(op, "float32", ...parts);
  const width = parts.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
  const ids = valuesOf(heap, inputs.ids) as Int32Array;
  tables.forEach(({ shape }, column) => checkIds(ids, column, columns, shape[0] ?? 0));
  const out = heap.output([batch, width]);
  // Views after the last allocation, which may move the heap.
  const [index, to] = [valuesOf(heap, inputs.ids) as Int32Array, floatsOf(heap, out)];
  let start = 0;
  parts.forEach((part, column) => {
    const [from, length] = [floatsOf(heap, part), part.shape[1] ?? 0];
    for (let row = 0; row < batch; row++) {
      const source = length * (column < columns ? (index[row * columns + column] ?? 0) : row);
      for (let i = 0, at = row * width + start; i < length; i++) to[at + i] = from[source + i] ?? 0;
    }
    start += length;
  });
  return [out];
});

interface GradAttrs {
  readonly rows: readonly number[];
  readonly widths: readonly number[];
  readonly rest: boolean;
}

/** `ids` and `dy` `[batch, widths + n]` → a gradient per table, summed in the order of the batch, and that of `rest` if there is one. */
export const embedColumnsGrad: OwnKernel = ownKernel<"ids" | "dy", GradAttrs>(opGrad, (heap) => ({ ids, dy }, { rows, widths, rest }) => {
  requireDtype(opGrad, "int32", ids);
  requireDtype(opGrad, "float32", dy);
  const [batch = 0, columns = 0] = ids.shape;
  const width = dy.shape[1] ?? 0;
  const last = width - widths.reduce((sum, length) => sum + length, 0);
  const shapes = [...widths.map((length, i) => [rows[i] ?? 0, length]), ...(rest ? [[batch, last]] : [])];
  const outs: TensorInfo[] = heap.outputs(...shapes);
  const [index, from] = [valuesOf(heap, ids) as Int32Array, floatsOf(heap, dy)];
  let start = 0;
  outs.forEach((out, column) => {
    const [to, length] = [floatsOf(heap, out).fill(0), out.shape[1] ?? 0];
    for (let row = 0; row < batch; row++) {
      const target = length * (column < columns ? (index[row * columns + column] ?? 0) : row);
      for (let i = 0, at = row * width + start; i < length; i++) to[target + i] = (to[target + i] ?? 0) + (from[at + i] ?? 0);
    }
    start += length;
  });
  return outs;
});

function tableOf(inputs: Inputs, column: number): TensorInfo {
  const table = inputs[column];
  if (table === undefined) throw E_BACKEND_WASM_SHAPE({ op, expected: `a table for column ${column}`, received: inputs.ids.shape });
  return table;
}

/** In tfjs's words for a gather. */
function checkIds(ids: Int32Array, column: number, columns: number, rows: number): void {
  for (let i = column; i < ids.length; i += columns) {
    const id = ids[i] ?? 0;
    if (id < 0 || id >= rows) throw new Error(`${op}: the index value ${id} in column ${column} is not in [0, ${rows - 1}]`);
  }
}

function floatsOf(heap: Heap, tensor: TensorInfo): Float32Array {
  return valuesOf(heap, tensor) as Float32Array;
}
