import { autoInit } from "./auto-init.ts";
import { kaimingNormal, normal, zeros } from "./initialiser.ts";
import type { Initialiser } from "./initialiser.ts";
import type { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";

/** The module's own weight will start with `init`, its bias with zeros; returns it. @source fastai.layers.init_default */
export function initDefault<T extends Module>(module: T, init: Initialiser = kaimingNormal): T {
  own(module, "weight")?.startWith(init);
  own(module, "bias")?.startWith(zeros);
  return module;
}

export interface InitLinearOptions {
  /** What comes after it: "auto" goes by that. */
  readonly act?: Module;
  readonly init?: Initialiser | "auto";
  /** Standard deviation of the first bias: 0.01; null leaves it alone. */
  readonly biasStd?: number | null;
}

/** Starts a convolution or linear layer as fastai does; returns it. @source fastai.layers.init_linear */
export function initLinear<T extends Module>(module: T, { act, init = "auto", biasStd = 0.01 }: InitLinearOptions = {}): T {
  if (biasStd !== null) own(module, "bias")?.startWith(biasStd === 0 ? zeros : normal(biasStd));
  own(module, "weight")?.startWith(init === "auto" ? autoInit(act) : init);
  return module;
}

/** {@link initDefault} of it and all inside, but for norms and what is frozen. @source fastai.layers.apply_init, cond_init */
export function applyInit(module: Module, init: Initialiser = kaimingNormal): void {
  for (const [, each] of module.namedModules()) {
    const weight = own(each, "weight");
    if (weight?.isNorm !== true && weight?.trainable !== false) initDefault(each, init);
  }
}

function own(module: Module & { readonly weight?: unknown; readonly bias?: unknown }, name: "weight" | "bias"): Parameter | undefined {
  const value = module[name];
  return value instanceof Parameter ? value : undefined;
}
