import type { Tensor } from "@fastap/kernel";
import { concat, reshape, slice, transpose } from "@tensorflow/tfjs-core";
import { icnr } from "../initialiser.ts";
import { Module } from "../module.ts";
import { ConvLayer } from "./conv-layer.ts";
import type { NormType } from "./conv-layer.ts";
import { AvgPool } from "./pool.ts";
import { Relu } from "./relu.ts";
import { Sequential } from "./sequential.ts";

/** `[batch, height, width, channels · scale²]` → `[batch, height · scale, width · scale, channels]`. @source torch.nn.PixelShuffle */
export class PixelShuffle extends Module {
  readonly scale: number;

  constructor(scale: number) {
    super();
    this.scale = scale;
  }

  protected override ops(): readonly string[] {
    return ["Transpose"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    const [s, [batch = 0, height = 0, width = 0, nf = 0]] = [this.scale, x?.shape ?? []];
    if (x === undefined || x.rank !== 4 || nf % s ** 2 !== 0) throw this.shapeError(`[batch, height, width, a multiple of ${s ** 2}]`, xb);
    // A channel of PyTorch's is c·s² + dy·s + dx. In two steps of few axes, which every backend can transpose.
    const inner = transpose(reshape(x, [batch * height * width, nf / s ** 2, s * s]), [0, 2, 1]);
    const rows = transpose(reshape(inner, [batch * height, width, s, nf / s]), [0, 2, 1, 3]);
    return reshape(rows, [batch, height * s, width * s, nf / s ** 2]);
  }
}

/** Repeats the first row and the first column. @source torch.nn.ReplicationPad2d((1, 0, 1, 0)) */
export class ReplicationPad extends Module {
  protected override ops(): readonly string[] {
    return ["Slice", "Concat"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    return [1, 2].reduce((y, axis) => {
      const first = y.shape.map((n, i) => (i === axis ? 1 : n));
      return concat([slice(y, [0, 0, 0, 0], first), y], axis);
    }, x);
  }
}

export interface PixelShuffleIcnrOptions {
  readonly scale?: number;
  /** Average every four neighbours, against checkerboards. */
  readonly blur?: boolean;
  readonly norm?: NormType | null;
  readonly act?: (() => Module) | null;
}

/** Upsamples by `scale`; starts as nearest neighbour. @source fastai.layers.PixelShuffle_ICNR */
export class PixelShuffleIcnr extends Sequential {
  constructor(ni: number, nf: number = ni, options: PixelShuffleIcnrOptions = {}) {
    const { scale = 2, blur = false, norm = "weight", act = (): Module => new Relu() } = options;
    const conv = new ConvLayer(ni, nf * scale ** 2, { ks: 1, norm, act, biasStd: 0, init: icnr(scale) });
    super(conv, new PixelShuffle(scale), ...(blur ? [new ReplicationPad(), new AvgPool(2, { stride: 1 })] : []));
  }
}
