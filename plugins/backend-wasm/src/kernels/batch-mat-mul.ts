import { broadcast_util } from "@tensorflow/tfjs-core";
import type { BatchMatMulAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { isLarge, pieceLength, taskCount } from "../task-count.ts";

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

// Small products are many: no lists are taken apart on their way, which takes as long as they do until the engine has compiled it.

/** Lengths of one product. @throws E_BACKEND_WASM_SHAPE if the inner ones differ */
function lengthsOf(left: readonly number[], right: readonly number[], { transposeA, transposeB }: BatchMatMulAttrs): Lengths {
  const rows = left.at(transposeA ? -1 : -2) ?? 1;
  const depth = left.at(transposeA ? -2 : -1) ?? 1;
  const inner = right.at(transposeB ? -1 : -2) ?? 1;
  const columns = right.at(transposeB ? -2 : -1) ?? 1;
  if (depth === inner) return { rows, columns, depth };
  throw unfitShape({ op: "BatchMatMul", expected: `a second operand with inner length ${depth}`, received: [...right] });
}

/** `a · b` over the last two axes, either side transposed, batch axes broadcast; float32. */
export function multiply(heap: Heap, a: TensorInfo, b: TensorInfo, attrs: BatchMatMulAttrs): TensorInfo {
  const lengths = lengthsOf(a.shape, b.shape, attrs);
  const single = a.shape.length === 2 && b.shape.length === 2;
  const small = single && !isLarge(lengths.rows * lengths.columns * lengths.depth);
  if (small && !heap.overlaid) return multiplyAtOnce(heap, a, b, attrs, lengths);
  const [left, right] = [sideOf(a.shape), sideOf(b.shape)];
  const batch = single ? [] : broadcast_util.assertAndGetBroadcastShape([...left.batch], [...right.batch]);
  return multiplyByJob(heap, { tensor: a, ...left }, { tensor: b, ...right }, { ...attrs, lengths, batch });
}

type Operand = Side & { readonly tensor: TensorInfo };
type Lengths = Readonly<Record<"rows" | "columns" | "depth", number>>;

function multiplyByJob(
  heap: Heap,
  left: Operand,
  right: Operand,
  { transposeA, transposeB, lengths: { rows, columns, depth }, batch }: BatchMatMulAttrs & { lengths: Lengths; batch: readonly number[] },
): TensorInfo {
  heap.reserve(heap.kernels.packBytes());
  const out = heap.output([...batch, rows, columns]);
  // One right side for all: the batch is just more rows.
  const oneRight = batch.length === 0 || (sizeOf(right.batch) === 1 && !transposeA);
  const height = oneRight ? sizeOf(left.batch) * rows : rows;
  const count = oneRight ? 1 : sizeOf(batch);
  const { tileRows, tileColumns, perTask, tasks } = cutProducts(
    count,
    height,
    columns,
    taskCount(count * height * columns * depth, heap.threads),
  );
  const job = [count, height, columns, depth, left.columns, transposeA ? 1 : 0, right.columns, transposeB ? 1 : 0];
  job.push(tileRows, tileColumns, perTask);
  const [a, b] = [heap.pointer(left.tensor), heap.pointer(right.tensor)];
  if (oneRight) job.push(a, b, heap.pointer(out));
  else {
    const [leftIndices, rightIndices] = [batchIndices(left.batch, batch), batchIndices(right.batch, batch)];
    rightIndices.forEach((ib, ic) => {
      const ia = leftIndices[ic] ?? 0;
      job.push(a + 4 * ia * left.rows * left.columns, b + 4 * ib * right.rows * right.columns);
      job.push(heap.pointer(out) + 4 * ic * rows * columns);
    });
  }
  heap.parallel("gemmTask", job, tasks, heap.kernels.packBytes());
  return out;
}

/** One product that is one task: without a job, whose bookkeeping would cost more than a small product. */
function multiplyAtOnce(
  heap: Heap,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
  { rows, columns, depth }: Lengths,
): TensorInfo {
  const scratch = heap.pack();
  const out = heap.output([rows, columns]);
  const left = heap.pointer(a);
  const right = heap.pointer(b);
  const to = heap.pointer(out);
  const leftStride = a.shape[1] ?? 1;
  const rightStride = b.shape[1] ?? 1;
  // prettier-ignore
  heap.kernels.gemm(
    rows, columns, depth, left, leftStride, transposeA ? 1 : 0, right, rightStride, transposeB ? 1 : 0, to, columns, 0, scratch,
  );
  return out;
}

interface Tiling {
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly perTask: number;
  readonly tasks: number;
}

/** Narrower tiles would spend their time on packing the other operand again and again. */
const TILE_LENGTH = 64;

/** Several products to a task where there are enough of them, else tiles along the longer side. */
function cutProducts(count: number, rows: number, columns: number, pieces: number): Tiling {
  let [tileRows, tileColumns] = [Math.max(1, rows), Math.max(1, columns)];
  if (pieces === 1 || count >= pieces) {
    const perTask = pieceLength(count, pieces);
    return { tileRows, tileColumns, perTask, tasks: Math.ceil(count / perTask) };
  }
  const each = Math.ceil(pieces / count);
  const least = TILE_LENGTH;
  if (rows >= columns) tileRows = pieceLength(rows, each, { unit: 4, least });
  else tileColumns = pieceLength(columns, each, { unit: 8, least });
  return { tileRows, tileColumns, perTask: 1, tasks: count * Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns) };
}

export const batchMatMul: OwnKernel = ownKernel<"a" | "b", BatchMatMulAttrs>("BatchMatMul", (heap) => ({ a, b }, attrs) => {
  requireDtype("BatchMatMul", "float32", a, b);
  return multiply(heap, a, b, attrs);
});
