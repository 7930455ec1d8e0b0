import type { TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { valuesOf } from "../tensor-values.ts";

const op = "FastapSoftmaxCrossEntropy";

interface Inputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weight?: TensorInfo;
}

/**
 * `logits` `[rows, classes]`, `labels` int32 `[rows]`, optionally `weight` `[classes]` → `[losses [rows], dlogits [rows, classes]]`. A label
 * outside the classes gives loss 0 and a zero gradient. With `ignored` a third one: how many labels are not that. @source torch.nn.functional.cross_entropy, reduction none
 */
export const softmaxCrossEntropy: OwnKernel = ownKernel<keyof Inputs, { readonly labelSmoothing: number; readonly ignored?: number }>(
  op,
  (heap) => (inputs, attrs) => {
    const { logits, labels, weight } = inputs as Inputs;
    checkInputs(inputs as Inputs);
    const [rows = 0, classes = 0] = logits.shape;
    const { labelSmoothing, ignored } = attrs;
    const [losses, gradients, ...counts]: TensorInfo[] = heap.outputs([rows], logits.shape, ...(ignored === undefined ? [] : [[]]));
    if (losses === undefined || gradients === undefined) return [];
    heap.kernels.softmaxCrossEntropy(
      ...([heap.pointer(logits), heap.pointer(labels), weight === undefined ? 0 : heap.pointer(weight), labelSmoothing] as const),
      ...([rows, classes, heap.pointer(losses), heap.pointer(gradients)] as const),
    );
    for (const count of counts) (valuesOf(heap, count) as Float32Array).fill(countOthers(valuesOf(heap, labels) as Int32Array, ignored));
    return [losses, gradients, ...counts];
  },
);

function countOthers(labels: Int32Array, ignored: number | undefined): number {
  return labels.reduce((sum, label) => (label === ignored ? sum : sum + 1), 0);
}

function checkInputs({ logits, labels, weight }: Inputs): void {
  requireDtype(op, "float32", ...(weight === undefined ? [logits] : [logits, weight]));
  requireDtype(op, "int32", labels);
  const [rows = 0, classes = 0] = logits.shape;
  if (logits.shape.length !== 2) throw E_BACKEND_WASM_SHAPE({ op, expected: "logits [rows, classes]", received: logits.shape });
  requireVector(labels, rows);
  if (weight !== undefined) requireVector(weight, classes);
}

function requireVector({ shape }: TensorInfo, length: number): void {
  if (shape.length !== 1 || shape[0] !== length) throw E_BACKEND_WASM_SHAPE({ op, expected: `[${length}]`, received: shape });
}
