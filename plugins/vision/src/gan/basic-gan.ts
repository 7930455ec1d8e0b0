import { Conv, ConvLayer, Flatten, kaimingNormal, ResizeBatch, Sequential, Tanh, zeros } from "@fastap/plugin-nn";
import type { ConvLayerOptions, Module } from "@fastap/plugin-nn";

/** What is not named here goes to every ConvLayer. */
export interface BasicGanOptions extends ConvLayerOptions {
  /** Channels of the widest map; doubled (critic) or halved (generator) at every step. Default 64. */
  readonly nFeatures?: number;
  readonly nExtraLayers?: number;
}

/** `[batch, inSize, inSize, nChannels]` → `[batch, 1]`. @source fastai.vision.gan.basic_critic */
export function basicCritic(inSize: number, nChannels: number, options: BasicGanOptions = {}): Sequential {
  const { nFeatures = 64, nExtraLayers = 0, ...rest } = options;
  const layers: Module[] = [new ConvLayer(nChannels, nFeatures, { ...rest, ks: 4, stride: 2, padding: 1, norm: null })];
  for (let i = 0; i < nExtraLayers; i++) layers.push(new ConvLayer(nFeatures, nFeatures, { ...rest, ks: 3 }));
  let nf = nFeatures;
  for (let size = Math.floor(inSize / 2); size > 4; size = Math.floor(size / 2)) {
    layers.push(new ConvLayer(nf, nf * 2, { ...rest, ks: 4, stride: 2, padding: 1 }));
    nf *= 2;
  }
  return new Sequential(...layers, new Conv(nf, 1, 4, { weightInit: kaimingNormal, biasInit: zeros }), new Flatten());
}

/** `[batch, inSz]` of noise → `[batch, outSize, outSize, nChannels]` in (−1, 1). @source fastai.vision.gan.basic_generator */
export function basicGenerator(outSize: number, nChannels: number, options: BasicGanOptions & { readonly inSz?: number } = {}): Sequential {
  const { inSz = 100, nFeatures = 64, nExtraLayers = 0, ...given } = options;
  const rest = { ...given, transpose: true };
  let nf = Math.floor(nFeatures / 2);
  for (let size = 4; size < outSize; size *= 2) nf *= 2;
  const layers: Module[] = [new ResizeBatch(1, 1, inSz), new ConvLayer(inSz, nf, { ...rest, ks: 4 })];
  for (let size = 4; size < Math.floor(outSize / 2); size *= 2) {
    layers.push(new ConvLayer(nf, Math.floor(nf / 2), { ...rest, ks: 4, stride: 2, padding: 1 }));
    nf = Math.floor(nf / 2);
  }
  for (let i = 0; i < nExtraLayers; i++) layers.push(new ConvLayer(nf, nf, { ...rest, ks: 3, padding: 1 }));
  return new Sequential(...layers, new Conv(nf, nChannels, 4, { stride: 2, padding: 1, bias: false, transpose: true }), new Tanh());
}
