import type { Callback } from "@fastap/kernel";
import { BatchNorm, Module } from "@fastap/plugin-nn";

/**
 * Keeps the running statistics of batch norms that do not train. They do by default: use it with `trainBn: false`.
 * `@source fastai.callback.training.BnFreeze`
 */
export function bnFreeze(): Callback {
  return {
    name: "bnFreeze",
    beforeTrain({ model }) {
      if (!(model instanceof Module)) return;
      for (const [, module] of model.namedModules())
        if (module instanceof BatchNorm && module.weight?.trainable === false) module.train(false);
    },
  };
}
