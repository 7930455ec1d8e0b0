import { AvgPool, BatchNorm, Identity, Sequential } from "@fastap/plugin-nn";
import { plainConv } from "./plain-conv.ts";

/**
 * What a block does with its input before the sum, where shapes differ: a 1×1 convolution with the stride, and a norm; `averaged`: the mean
 * of each window first, and no stride. @source torchvision resnet downsample; timm downsample_avg; He et al. 2018, arXiv:1812.01187, ResNet-D
 */
export function shortcut(ni: number, nf: number, stride: number, averaged: boolean): Sequential | undefined {
  if (stride === 1 && ni === nf) return undefined;
  if (!averaged) return new Sequential(plainConv(ni, nf, 1, stride), new BatchNorm(nf));
  const pool = stride === 1 ? new Identity() : new AvgPool(2, { stride, ceilMode: true });
  return new Sequential(pool, plainConv(ni, nf, 1), new BatchNorm(nf));
}
