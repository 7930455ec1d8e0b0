import { kaimingNormal, zeros } from "./initialiser.ts";
import type { Initialiser } from "./initialiser.ts";
import { BatchNorm } from "./layers/batch-norm.ts";
import { Conv } from "./layers/conv.ts";
import { Linear } from "./layers/linear.ts";
import type { Module } from "./module.ts";

/** Convolutions and linear layers will start with `init`, every bias, norms' too, with zeros. @source fastai.vision.models.xresnet.init_cnn */
export function initCnn(model: Module, init: Initialiser = kaimingNormal): void {
  for (const [, module] of model.namedModules()) {
    if (module instanceof Conv || module instanceof Linear) module.weight.startWith(init);
    if (module instanceof Conv || module instanceof Linear || module instanceof BatchNorm) module.bias?.startWith(zeros);
  }
}
