import type { Tensor } from "@fastap/kernel";
import { Module } from "../module.ts";
import { Embedding } from "./embedding.ts";

/**
 * One table per column: int32 ids `[batch, columns]` and, if there are any, numbers `[batch, n]` → `[batch, sum of nf + n]`, the vectors
 * side by side and the numbers after them. Much faster than an `Embedding` for each column. @source fastai.tabular.model.TabularModel
 */
export class Embeddings extends Module {
  readonly tables: readonly Embedding[];

  /** `[rows, nf]` of each column. @throws E_NN_OPTION */
  constructor(sizes: readonly (readonly [rows: number, nf: number])[]) {
    super();
    this.tables = sizes.map(([rows, nf]) => new Embedding(rows, nf));
  }

  /** By their numbers alone, as in PyTorch's ModuleList. */
  override children(): readonly (readonly [name: string, module: Module])[] {
    return this.tables.map((table, i) => [String(i), table] as const);
  }

  protected override ops(): readonly string[] {
    return ["FastapEmbedColumns", "FastapEmbedColumnsGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [ids, rest] = xb;
    if (ids?.dtype !== "int32" || ids.shape.length !== 2 || ids.shape[1] !== this.tables.length) {
      throw this.shapeError(`ids int32 [batch, ${this.tables.length}]`, xb);
    }
    const tables = this.tables.map((table) => table.weight.value);
    return this.engine.ops.embedColumns(ids, tables, rest);
  }
}
