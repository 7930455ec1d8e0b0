import type { Module } from "../module.ts";
import { Sigmoid } from "./activations.ts";
import { AdaptiveAvgPool } from "./adaptive-pool.ts";
import { ConvLayer } from "./conv-layer.ts";
import { Relu } from "./relu.ts";
import { ProdLayer, SequentialEx } from "./sequential-ex.ts";

/** Scales every channel by what all channels' averages say. @source fastai.layers.SEModule; Hu et al. 2018 */
export class SEModule extends SequentialEx {
  constructor(nf: number, reduction: number, act: () => Module = () => new Relu()) {
    const narrow = Math.ceil(Math.floor(nf / reduction) / 8) * 8;
    super(
      new AdaptiveAvgPool(1),
      new ConvLayer(nf, narrow, { ks: 1, norm: null, act }),
      new ConvLayer(narrow, nf, { ks: 1, norm: null, act: () => new Sigmoid() }),
      new ProdLayer(),
    );
  }
}
