import { BatchNorm } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv.ts";
import { Flatten } from "../layers/flatten.ts";
import { Relu } from "../layers/relu.ts";
import { Sequential } from "../layers/sequential.ts";
import type { Module } from "../module.ts";
import { parseConvNet } from "../options.ts";
import type { ConvNetOptions } from "../options.ts";

/**
 * The net of the fastai course: convolutions with norm, ReLU between, flattened at the end; one flat Sequential of plain layers.
 * `[batch, height, width, channels[0]]` → `[batch, classes]` where the strides leave one pixel.
 * @throws E_NN_OPTION
 */
export function convNet(options: Partial<ConvNetOptions> = {}): Sequential {
  const { channels, kernelSize, stride, padding, bias, norm } = parseConvNet(options);
  const layers: Module[] = [];
  channels.slice(1).forEach((nf, i) => {
    if (i > 0) layers.push(new Relu());
    layers.push(new Conv2d(channels[i] ?? 1, nf, kernelSize, { stride, padding, bias }));
    if (norm === "batch") layers.push(new BatchNorm(nf));
  });
  return new Sequential(...layers, new Flatten());
}
