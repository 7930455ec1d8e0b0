import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/**
 * `logits` `[rows, classes]`, `labels` int32 `[rows]` → `[losses [rows], dlogits [rows, classes]]`, where dlogits is softmax less
 * one-hot. A label outside the classes gives loss 0 and a zero gradient.
 */
export const softmaxCrossEntropy: OwnKernel = ownKernel<"logits" | "labels", object>(
  "FastapSoftmaxCrossEntropy",
  (heap) =>
    ({ logits, labels }) => {
      const op = "FastapSoftmaxCrossEntropy";
      requireDtype(op, "float32", logits);
      requireDtype(op, "int32", labels);
      const [rows = 0, classes = 0] = logits.shape;
      if (logits.shape.length !== 2) throw E_BACKEND_WASM_SHAPE({ op, expected: "logits [rows, classes]", received: logits.shape });
      if (labels.shape.length !== 1 || labels.shape[0] !== rows) {
        throw E_BACKEND_WASM_SHAPE({ op, expected: `labels [${rows}]`, received: labels.shape });
      }
      const [losses, gradients] = heap.outputs([rows], logits.shape);
      const pointers = [heap.pointer(losses), heap.pointer(gradients)] as const;
      heap.kernels.softmaxCrossEntropy(heap.pointer(logits), heap.pointer(labels), rows, classes, ...pointers);
      return [losses, gradients];
    },
);
