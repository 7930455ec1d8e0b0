import type { Callback, Engine, Tensor } from "@fastap/kernel";
import type { Tensor as TfjsTensor } from "@tensorflow/tfjs-core";
import type {} from "@fastap/plugin-losses";

/** Beside a package that computes with tfjs, the kernel's tensors are tfjs tensors. */
export function tensorTypes(engine: Engine, tensor: TfjsTensor): TfjsTensor {
  const mine: Tensor = tensor;
  engine.keep(mine).rank.toFixed();
  return engine.add(mine, tensor);
}

export const callback: Callback = {
  name: "x",
  afterLoss(run) {
    run.lossGrad = run.loss;
  },
  // @ts-expect-error -- no such event
  afterLosses: () => undefined,
};
