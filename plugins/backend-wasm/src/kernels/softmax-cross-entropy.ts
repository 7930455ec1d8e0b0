import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { valuesOf } from "../tensor-values.ts";

const op = "FastapSoftmaxCrossEntropy";

interface Inputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weight?: TensorInfo;
}

interface Attrs {
  readonly labelSmoothing: number;
  /** A label that does not count in the mean; where there are weights, these count. */
  readonly ignored?: number | undefined;
  readonly reduction?: "mean" | "sum" | undefined;
}

/**
 * `logits` `[rows, classes]`, `labels` int32 `[rows]`, optionally `weight` `[classes]` → `[losses [rows], dlogits [rows, classes]]`, or with
 * a reduction `[loss [], dlogits]`. A label outside the classes gives loss 0 and a zero gradient. @source torch.nn.functional.cross_entropy
 */
export const softmaxCrossEntropy: OwnKernel = ownKernel<keyof Inputs, Attrs>(op, (heap) => (given, attrs) => {
  const inputs = given as Inputs;
  checkInputs(inputs);
  const { logits, labels, weight } = inputs;
  const { labelSmoothing, reduction } = attrs;
  const [rows = 0, classes = 0] = logits.shape;
  const each = reduction === undefined ? undefined : heap.scratch("sums", 4 * Math.max(rows, 1));
  const [loss, gradients] = heap.outputs(each === undefined ? [rows] : [], logits.shape);
  const count = reduction === "mean" ? countOf(heap, inputs, attrs) : 1;
  const weights = weight === undefined ? 0 : heap.pointer(weight);
  const losses = each ?? heap.pointer(loss);
  // prettier-ignore
  heap.kernels.softmaxCrossEntropy(
    heap.pointer(logits), heap.pointer(labels), weights, labelSmoothing, 1 / count, rows, classes, losses, heap.pointer(gradients),
  );
  if (each !== undefined) {
    let sum = 0;
    for (const value of new Float32Array(heap.backend.wasm.HEAPU8.buffer, each, rows)) sum += value;
    (valuesOf(heap, loss) as Float32Array)[0] = sum / count;
  }
  return [loss, gradients];
});

/** What a mean is divided by: the rows that count, or the sum of their weights. */
function countOf(heap: Heap, { labels, weight }: Inputs, { ignored }: Attrs): number {
  if (weight === undefined && ignored === undefined) return labels.shape[0] ?? 0;
  const classes = weight && (valuesOf(heap, weight) as Float32Array);
  return (valuesOf(heap, labels) as Int32Array).reduce(
    (sum, label) => sum + (classes ? (classes[label] ?? 0) : Number(label !== ignored)),
    0,
  );
}

function checkInputs({ logits, labels, weight }: Inputs): void {
  requireDtype(op, "float32", logits);
  requireDtype(op, "int32", labels);
  const [rows = 0, classes = 0] = logits.shape;
  if (logits.shape.length !== 2) throw unfitShape({ op, expected: "logits [rows, classes]", received: logits.shape });
  requireVector(labels, rows);
  if (weight === undefined) return;
  requireDtype(op, "float32", weight);
  requireVector(weight, classes);
}

function requireVector({ shape }: TensorInfo, length: number): void {
  if (shape.length !== 1 || shape[0] !== length) throw unfitShape({ op, expected: `[${length}]`, received: shape });
}
