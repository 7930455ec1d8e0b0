import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly lr: number;
  readonly mom: number;
  readonly sqrMom: number;
  readonly eps: number;
  readonly t: number;
}

/**
 * → `[param, avg, sqrAvg]`, new tensors: XNNPACK packs weights once per tensor, so that it would go on with the old ones of a parameter
 * written in place. @source Kingma & Ba 2015, algorithm 1; fastai's adam_step without weight decay
 */
export const adamStep: OwnKernel = ownKernel<"param" | "grad" | "avg" | "sqrAvg", Attrs>(
  "FastapAdamStep",
  (heap) =>
    ({ param, grad, avg, sqrAvg }, { lr, mom, sqrMom, eps, t }) => {
      const op = "FastapAdamStep";
      requireDtype(op, "float32", param, grad, avg, sqrAvg);
      const count = sizeOf(param.shape);
      for (const { shape } of [grad, avg, sqrAvg]) {
        if (sizeOf(shape) !== count) throw E_BACKEND_WASM_SHAPE({ op, expected: `[${param.shape.join(", ")}]`, received: shape });
      }
      const outs = heap.outputs(param.shape, avg.shape, sqrAvg.shape);
      heap.kernels.adamStep(
        ...([heap.pointer(param), heap.pointer(grad), heap.pointer(avg), heap.pointer(sqrAvg), count] as const),
        ...([lr / (1 - mom ** t), mom, 1 - mom, sqrMom, 1 - sqrMom, 1 / (1 - sqrMom ** t), eps] as const),
        ...([heap.pointer(outs[0]), heap.pointer(outs[1]), heap.pointer(outs[2])] as const),
      );
      return outs;
    },
);
