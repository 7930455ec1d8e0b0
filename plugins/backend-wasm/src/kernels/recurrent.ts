import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import type { Pointer, TaskName } from "../module.ts";
import { requireDtype } from "../own-kernel.ts";
import { pieceLength, taskCount } from "../task-count.ts";

export interface SequenceSize {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  /** `parts · hidden` */
  readonly width: number;
}

interface Sequence {
  /** `[steps, batch, parts · hidden]` */
  readonly gates: TensorInfo;
  readonly parts: 3 | 4;
  /** `[parts · hidden, hidden]` */
  readonly hh: TensorInfo;
  /** `[parts · hidden]` each. */
  readonly biases: readonly TensorInfo[];
  /** `[batch, hidden]` each. */
  readonly states: readonly TensorInfo[];
}

/** @throws E_BACKEND_WASM_SHAPE, E_BACKEND_WASM_DTYPE */
export function sequenceSize(op: string, { gates, parts, hh, biases, states }: Sequence): SequenceSize {
  requireDtype(op, "float32", gates, hh, ...biases, ...states);
  const [steps = 0, batch = 0] = gates.shape;
  const hidden = hh.shape[1] ?? 0;
  const width = parts * hidden;
  const check = (tensor: TensorInfo, ...shape: readonly number[]): void => {
    if (tensor.shape.length === shape.length && sizeOf(tensor.shape) === sizeOf(shape)) return;
    throw unfitShape({ op, expected: `[${shape.join(", ")}]`, received: tensor.shape });
  };
  check(gates, steps, batch, width);
  check(hh, width, hidden);
  for (const bias of biases) check(bias, width);
  for (const state of states) check(state, batch, hidden);
  return { steps, batch, hidden, width };
}

/** The recurrent weights packed for all steps: `hhᵀ` forwards, `hh` backwards; with it the scratch memory of `runSequence` is there. */
export function packRecurrent(heap: Heap, hh: TensorInfo, { hidden, width }: SequenceSize, forwards: boolean): Pointer {
  heap.reserve(heap.kernels.stepBytes());
  const [depth, columns] = forwards ? [hidden, width] : [width, hidden];
  const weights = heap.scratch("weights", heap.kernels.weightBytes(depth, columns));
  heap.kernels.packWeights(heap.pointer(hh), hidden, forwards ? 1 : 0, depth, columns, weights);
  return weights;
}

/** Rows of a tile of the product. */
const TILE_ROWS = 4;

/** Takes the rows of the batch through all steps: so many together as keep every thread busy, as all of them need all of the weights. */
export function runSequence(heap: Heap, task: TaskName, size: SequenceSize, pointers: readonly Pointer[]): void {
  const { steps, batch, hidden, width } = size;
  const pieces = Math.min(heap.threads, taskCount(steps * batch * hidden * width, heap.threads));
  const rows = pieceLength(batch, pieces, { unit: TILE_ROWS, least: TILE_ROWS });
  heap.parallel(task, [steps, batch, rows, hidden, ...pointers], Math.ceil(batch / rows), heap.kernels.stepBytes());
}
