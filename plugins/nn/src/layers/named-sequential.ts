import type { Module } from "../module.ts";
import { Sequential } from "./sequential.ts";

/** Sequential whose children have names, as `features.conv0`. @source torch.nn.Sequential of an OrderedDict; fastai.layers.sequential */
export class NamedSequential extends Sequential {
  readonly #named: readonly (readonly [string, Module])[];

  constructor(layers: Readonly<Record<string, Module>>) {
    super(...Object.values(layers));
    this.#named = Object.entries(layers);
  }

  override children(): readonly (readonly [string, Module])[] {
    return this.#named;
  }
}
