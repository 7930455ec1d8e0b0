import { broadcast_util } from "@tensorflow/tfjs-core";
import type { BatchMatMulAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Side {
  readonly batch: readonly number[];
  /** As stored. */
  readonly rows: number;
  readonly columns: number;
}

function sideOf(shape: readonly number[]): Side {
  return { batch: shape.slice(0, -2), rows: shape.at(-2) ?? 1, columns: shape.at(-1) ?? 1 };
}

/** Index into the batch of a side for every index into the broadcast batch. */
function batchIndices(batch: readonly number[], out: readonly number[]): number[] {
  let indices = [0];
  const skipped = out.length - batch.length;
  out.forEach((length, i) => {
    const own = i < skipped ? 1 : (batch[i - skipped] ?? 1);
    indices = indices.flatMap((base) => Array.from({ length }, (_, k) => base * own + (own === 1 ? 0 : k)));
  });
  return indices;
}

/** `a · b` over the last two axes, either side transposed, batch axes broadcast; float32. */
function multiply(heap: Heap, a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: BatchMatMulAttrs): TensorInfo {
  const left = sideOf(a.shape);
  const right = sideOf(b.shape);
  const rows = transposeA ? left.columns : left.rows;
  const depth = transposeA ? left.rows : left.columns;
  const columns = transposeB ? right.rows : right.columns;
  if (depth !== (transposeB ? right.columns : right.rows)) {
    throw E_BACKEND_WASM_SHAPE({ op: "BatchMatMul", expected: `a second operand with inner length ${depth}`, received: b.shape });
  }
  const batch = broadcast_util.assertAndGetBroadcastShape([...left.batch], [...right.batch]);
  const scratch = heap.pack();
  const out = heap.output([...batch, rows, columns]);
  const [pa, pb, pc] = [heap.pointer(a), heap.pointer(b), heap.pointer(out)];
  const product = (height: number, ia: number, ib: number, ic: number): void => {
    const from = pa + 4 * ia * left.rows * left.columns;
    const by = pb + 4 * ib * right.rows * right.columns;
    const to = pc + 4 * ic * rows * columns;
    heap.kernels.gemm(
      ...([height, columns, depth] as const),
      ...([from, left.columns, transposeA ? 1 : 0] as const),
      ...([by, right.columns, transposeB ? 1 : 0] as const),
      ...([to, columns, 0, scratch] as const),
    );
  };
  if (sizeOf(right.batch) === 1 && !transposeA) {
    // One right side for all: the batch is just more rows.
    product(sizeOf(left.batch) * rows, 0, 0, 0);
    return out;
  }
  const leftIndices = batchIndices(left.batch, batch);
  batchIndices(right.batch, batch).forEach((ib, ic) => product(rows, leftIndices[ic] ?? 0, ib, ic));
  return out;
}

export const batchMatMul: OwnKernel = ownKernel<"a" | "b", BatchMatMulAttrs>("BatchMatMul", (heap) => ({ a, b }, attrs) => {
  requireDtype("BatchMatMul", "float32", a, b);
  return multiply(heap, a, b, attrs);
});
