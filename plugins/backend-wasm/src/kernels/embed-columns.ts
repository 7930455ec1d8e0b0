import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { copyRuns } from "./slice.ts";
import { valuesOf } from "../tensor-values.ts";

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
  const idsAt = heap.pointer(inputs.ids);
  let to = heap.pointer(out);
  tables.forEach((table, column) => {
    const length = table.shape[1] ?? 0;
    heap.kernels.embedColumn(heap.pointer(table), length, idsAt + 4 * column, columns, batch, to, width);
    to += 4 * length;
  });
  if (inputs.rest !== undefined) copyColumns(heap, { from: inputs.rest, out, start: width - (inputs.rest.shape[1] ?? 0) });
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
  const idsAt = heap.pointer(ids);
  let from = heap.pointer(dy);
  outs.slice(0, columns).forEach((out, column) => {
    const [count = 0, length = 0] = out.shape;
    heap.kernels.embedColumnGrad(...([heap.pointer(out), count, length, idsAt + 4 * column, columns, batch, from, width] as const));
    from += 4 * length;
  });
  const [dRest] = outs.slice(columns);
  if (dRest !== undefined) copyRuns(heap, dy, dRest, [0, width - last]);
  return outs;
});

function tableOf(inputs: Inputs, column: number): TensorInfo {
  const table = inputs[column];
  if (table === undefined) throw unfitShape({ op, expected: `a table for column ${column}`, received: inputs.ids.shape });
  return table;
}

/** In tfjs's words for a gather. */
function checkIds(ids: Int32Array, column: number, columns: number, rows: number): void {
  for (let i = column; i < ids.length; i += columns) {
    const id = ids[i] ?? 0;
    if (id < 0 || id >= rows) throw new Error(`${op}: the index value ${id} in column ${column} is not in [0, ${rows - 1}]`);
  }
}

/** All of `from` `[batch, n]` to the columns of `out` from `start` on. */
function copyColumns(heap: Heap, { from, out, start }: { from: TensorInfo; out: TensorInfo; start: number }): void {
  const [batch = 0, n = 0] = from.shape;
  const width = out.shape[1] ?? 0;
  const [values, to] = [valuesOf(heap, from) as Float32Array, valuesOf(heap, out) as Float32Array];
  for (let i = 0; i < batch; i++) to.set(values.subarray(i * n, (i + 1) * n), i * width + start);
}
