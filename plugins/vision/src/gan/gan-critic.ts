import { ConvLayer, Dropout2d, Flatten, LeakyRelu, MergeLayer, SelfAttention, Sequential, SequentialEx } from "@fastap/plugin-nn";
import type { ConvLayerOptions, Module } from "@fastap/plugin-nn";

/** Two convolutions, and their input beside the result: 2 · nf channels. @source fastai.vision.gan.DenseResBlock */
export class DenseResBlock extends SequentialEx {
  constructor(nf: number, options: ConvLayerOptions = {}) {
    super(new ConvLayer(nf, nf, options), new ConvLayer(nf, nf, options), new MergeLayer(true));
  }
}

export interface GanCriticOptions {
  /** Of the first convolution. Default 128. */
  readonly nf?: number;
  readonly nBlocks?: number;
  /** Dropout of channels. Default 0.15. */
  readonly p?: number;
}

const shared: ConvLayerOptions = { act: () => new LeakyRelu(0.2), norm: "spectral" };

/** `[batch, 64, 64, nChannels]` → `[batch, 1]` with three blocks. @source fastai.vision.gan.gan_critic */
export function ganCritic(nChannels: number = 3, { nf = 128, nBlocks = 3, p = 0.15 }: GanCriticOptions = {}): Sequential {
  const halved = { ...shared, ks: 4, stride: 2 };
  const layers: Module[] = [new ConvLayer(nChannels, nf, halved), new Dropout2d(p / 2), new DenseResBlock(nf, shared)];
  let ni = 2 * nf;
  for (let i = 0; i < nBlocks; i++) {
    layers.push(new Dropout2d(p), new ConvLayer(ni, 2 * ni, i === 0 ? { ...halved, xtra: new SelfAttention(2 * ni) } : halved));
    ni *= 2;
  }
  const last = new ConvLayer(ni, 1, { ks: 4, bias: false, padding: 0, norm: "spectral", act: null });
  return new Sequential(...layers, last, new Flatten());
}
