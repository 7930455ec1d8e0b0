import { PoolFlatten } from "../layers/adaptive-pool.ts";
import { ConvLayer } from "../layers/conv-layer.ts";
import { Sequential } from "../layers/sequential.ts";

export interface SimpleCnnOptions {
  /** 3 each. */
  readonly kernelSzs?: readonly number[];
  /** 2 each. */
  readonly strides?: readonly number[];
  /** Batch norm after all but the last. */
  readonly bn?: boolean;
}

/** Convolutions from one number of channels to the next, then the averages. @source fastai.layers.SimpleCNN */
export function simpleCnn(filters: readonly number[], { kernelSzs = [], strides = [], bn = true }: SimpleCnnOptions = {}): Sequential {
  const convs = filters.slice(1).map((nf, i) => {
    const norm = bn && i < filters.length - 2 ? "batch" : null;
    return new ConvLayer(filters[i] ?? 1, nf, { ks: kernelSzs[i] ?? 3, stride: strides[i] ?? 2, norm });
  });
  return new Sequential(...convs, new PoolFlatten());
}
