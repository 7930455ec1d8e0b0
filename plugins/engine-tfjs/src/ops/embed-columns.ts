import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

const op = "embedColumns";

/**
 * For `ids` int32 `[batch, tables]`: of each table `[rows, nf]` the rows that its column names, side by side, then `rest` `[batch, n]`;
 * `[batch, sum of nf + n]`. Differentiable in the tables and in `rest`; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 * @source fastai.tabular.model.TabularModel.forward
 */
export function embedColumns(ids: Tensor, tables: readonly Tensor[], rest: Tensor | undefined, hasKernel: HasKernel): Tensor {
  checkInputs(ids, tables, rest);
  const parts: Record<string, Tensor> = { ...Object.fromEntries(tables.entries()), ...(rest && { rest }) };
  const sizes = { rows: tables.map(({ shape }) => shape[0] ?? 0), widths: tables.map(({ shape }) => shape[1] ?? 0) };
  const [y] = runTaped({
    inputs: parts,
    forward(save) {
      save([ids]);
      return hasKernel("FastapEmbedColumns") ? runFused("FastapEmbedColumns", { ids, ...parts }, {}) : [compose(ids, tables, rest)];
    },
    backward([dy], [savedIds]) {
      const inputs = { ids: savedIds as Tensor, dy: dy as Tensor };
      const grads = hasKernel("FastapEmbedColumnsGrad")
        ? runFused("FastapEmbedColumnsGrad", inputs, { rows: sizes.rows, widths: sizes.widths, rest: rest !== undefined })
        : gradients(inputs, sizes, rest?.shape[1]);
      return Object.fromEntries(Object.keys(parts).map((name, i) => [name, grads[i] as Tensor]));
    },
  }) as [Tensor];
  return y;
}

function compose(ids: Tensor, tables: readonly Tensor[], rest: Tensor | undefined): Tensor {
  const columns = tf.unstack(ids, 1) as tf.Tensor1D[];
  const found = columns.map((column, i) => tf.gather(tables[i] as Tensor, column));
  return tf.concat(rest === undefined ? found : [...found, rest], 1);
}

interface Sizes {
  readonly rows: readonly number[];
  readonly widths: readonly number[];
}

function gradients({ ids, dy }: { ids: Tensor; dy: Tensor }, { rows, widths }: Sizes, rest: number | undefined): Tensor[] {
  const parts = tf.split(dy, [...widths, ...(rest === undefined ? [] : [rest])], 1);
  const columns = tf.unstack(ids, 1) as tf.Tensor1D[];
  return parts.map((part, i) => {
    const column = columns[i];
    return column === undefined ? part : tf.unsortedSegmentSum(part, column, rows[i] ?? 0);
  });
}

function checkInputs(ids: Tensor, tables: readonly Tensor[], rest: Tensor | undefined): void {
  if (tables.length === 0 || !isMatrix(ids, "int32") || ids.shape[1] !== tables.length) {
    throw unfit("ids", `int32 [batch, ${tables.length}], one column per table, of which there is at least one`, ids);
  }
  for (const [i, table] of tables.entries()) if (!isMatrix(table, "float32")) throw unfit(`tables[${i}]`, "float32 [rows, nf]", table);
  if (rest !== undefined && (!isMatrix(rest, "float32") || rest.shape[0] !== ids.shape[0])) {
    throw unfit("rest", `float32 [${ids.shape[0]}, n], one row per row of ids`, rest);
  }
}

function isMatrix({ rank, dtype }: Tensor, wanted: "float32" | "int32"): boolean {
  return rank === 2 && dtype === wanted;
}

function unfit(input: string, expected: string, received: Tensor): Error {
  return unfitInput({ op, input, expected, received });
}
