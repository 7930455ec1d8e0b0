import type { Tensor } from "@fastap/kernel";
import {
  BatchNorm,
  ConvLayer,
  Identity,
  kaimingNormal,
  MergeLayer,
  Module,
  OrigLayer,
  PixelShuffleIcnr,
  Relu,
  ResBlock,
  SelfAttention,
  Sequential,
  SigmoidRange,
} from "@fastap/plugin-nn";
import type { Initialiser, NormType } from "@fastap/plugin-nn";
import { concat, gather, tensor1d } from "@tensorflow/tfjs-core";
import { shapeAfter } from "./shape-after.ts";
import type { ImageShape } from "./shape-after.ts";

export interface UnetOptions {
  /** Average neighbours after upsampling. */
  readonly blur?: boolean;
  /** Also in the last block. */
  readonly blurFinal?: boolean;
  readonly selfAttention?: boolean;
  readonly yRange?: readonly [low: number, high: number] | null;
  /** Show the image itself to the last layers. */
  readonly lastCross?: boolean;
  /** Narrow the last ResBlock inside. */
  readonly bottle?: boolean;
  readonly act?: () => Module;
  readonly init?: Initialiser;
  readonly norm?: NormType | null;
  /** Channels of the image: 3. */
  readonly cIn?: number;
}

type Settings = Required<UnetOptions>;

const DEFAULTS: Settings = {
  blur: false,
  blurFinal: true,
  selfAttention: false,
  yRange: null,
  lastCross: true,
  bottle: false,
  act: () => new Relu(),
  init: kaimingNormal,
  norm: null,
  cIn: 3,
};

/** Upsamples, joins the skip and convolves twice. @source fastai.vision.models.unet.UnetBlock */
export class UnetBlock extends Module {
  readonly shuf: PixelShuffleIcnr;
  readonly bn: BatchNorm;
  readonly conv1: ConvLayer;
  readonly conv2: ConvLayer;
  readonly relu: Module;
  /** Channels that it makes. */
  readonly nf: number;

  constructor(upIn: number, xIn: number, { isLast, attends, settings }: { isLast: boolean; attends: boolean; settings: Settings }) {
    super();
    const { act, norm, init } = settings;
    const up = Math.floor(upIn / 2);
    this.shuf = new PixelShuffleIcnr(upIn, up, { blur: settings.blur && (!isLast || settings.blurFinal), act, norm });
    this.bn = new BatchNorm(xIn, { bias: 1e-3 });
    this.nf = isLast ? Math.floor((up + xIn) / 2) : up + xIn;
    const started = { act, norm, init, biasStd: 0 };
    this.conv1 = new ConvLayer(up + xIn, this.nf, started);
    this.conv2 = new ConvLayer(this.nf, this.nf, attends ? { ...started, xtra: new SelfAttention(this.nf) } : started);
    this.relu = act();
  }

  /** The features so far, and the skip. */
  protected call(...xb: readonly Tensor[]): Tensor {
    const [x, skip] = xb;
    if (x === undefined || skip === undefined) throw this.shapeError("features and a skip", xb);
    const up = resized(this.shuf.forward(x) as Tensor, skip);
    const joined = this.relu.forward(concat([up, this.bn.forward(skip) as Tensor], 3));
    return this.conv2.forward(this.conv1.forward(joined as Tensor) as Tensor) as Tensor;
  }
}

/** To the height and width of the network's input. @source fastai.vision.models.unet.ResizeToOrig */
export class ResizeToOrig extends OrigLayer {
  protected merge(x: Tensor, orig: Tensor): Tensor {
    return resized(x, orig);
  }
}

/** `[batch, height, width, cIn]` → `[batch, height, width, nOut]`, on any body. @source fastai.vision.models.unet.DynamicUnet */
export class DynamicUnet extends Module {
  readonly layers: readonly Module[];
  readonly #encoder: Sequential;
  /** Children of the encoder whose outputs the blocks take, deepest first. */
  readonly #skips: readonly number[];

  /** @throws E_NN_OPTION */
  constructor(encoder: Sequential, nOut: number, imgSize: readonly [height: number, width: number], options: UnetOptions = {}) {
    super();
    const settings = { ...DEFAULTS, ...options };
    const shapes = childShapes(encoder, { channels: settings.cIn, height: imgSize[0], width: imgSize[1] });
    this.#encoder = encoder;
    this.#skips = shapes.flatMap(({ width }, i) => (i + 1 < shapes.length && width !== shapes[i + 1]?.width ? [i] : [])).toReversed();
    const ni = shapes.at(-1)?.channels ?? 1;
    const blocks = decoder(
      ni,
      this.#skips.map((i) => shapes[i]?.channels ?? 1),
      settings,
    );
    const [first] = shapes;
    const isSmaller = first?.height !== imgSize[0] || first.width !== imgSize[1];
    const end = ending(blocks.at(-1)?.nf ?? ni, nOut, isSmaller, settings);
    this.layers = [encoder, new BatchNorm(ni, { bias: 1e-3 }), new Relu(), middle(ni, settings), ...blocks, ...end];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [orig] = xb;
    if (orig === undefined || orig.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    const features: Tensor[] = [];
    for (const layer of this.#encoder.layers) features.push(layer.forward(features.at(-1) ?? orig) as Tensor);
    const skips = this.#skips.map((i) => features[i] ?? orig);
    return this.layers.slice(1).reduce<Tensor>(
      (x, layer) => {
        if (layer instanceof UnetBlock) return layer.forward(x, skips.shift() ?? orig) as Tensor;
        return (layer instanceof OrigLayer ? layer.forward(x, orig) : layer.forward(x)) as Tensor;
      },
      features.at(-1) ?? orig,
    );
  }
}

function childShapes(encoder: Sequential, image: ImageShape): ImageShape[] {
  const shapes: ImageShape[] = [];
  for (const layer of encoder.layers) shapes.push(shapeAfter(layer, shapes.at(-1) ?? image));
  return shapes;
}

function middle(ni: number, { act, norm, init }: Settings): Sequential {
  const started = { act, norm, init, biasStd: 0 };
  return new Sequential(new ConvLayer(ni, ni * 2, started), new ConvLayer(ni * 2, ni, started));
}

function decoder(ni: number, skips: readonly number[], settings: Settings): UnetBlock[] {
  const blocks: UnetBlock[] = [];
  for (const [i, xIn] of skips.entries()) {
    const attends = settings.selfAttention && i === skips.length - 3;
    blocks.push(new UnetBlock(blocks.at(-1)?.nf ?? ni, xIn, { isLast: i === skips.length - 1, attends, settings }));
  }
  return blocks;
}

/** fastai's bottleneck changes the channels, so that nothing fits after it; this one is narrow inside only. */
function ending(ni: number, nOut: number, isSmaller: boolean, settings: Settings): Module[] {
  const { act, norm, lastCross, bottle, yRange, init, cIn } = settings;
  const wide = lastCross ? ni + cIn : ni;
  const narrow = bottle ? { nh2: Math.floor(wide / 2) } : {};
  return [
    ...(isSmaller ? [new PixelShuffleIcnr(ni, ni, { act, norm })] : []),
    new ResizeToOrig(),
    ...(lastCross ? [new MergeLayer(true), new ResBlock(1, wide, wide, { act, norm, init, biasStd: 0, ...narrow })] : []),
    new ConvLayer(wide, nOut, { ks: 1, act: null, norm }),
    ...(yRange === null ? [] : [new SigmoidRange(...yRange)]),
    new Identity(),
  ];
}

/** Nearest neighbours, ⌊i · in / out⌋. */
function resized(x: Tensor, like: Tensor): Tensor {
  return [1, 2].reduce((y, axis) => {
    const [n = 1, out = 1] = [y.shape[axis], like.shape[axis]];
    if (n === out) return y;
    const from = Int32Array.from({ length: out }, (_, i) => Math.floor((i * n) / out));
    return gather(y, tensor1d(from, "int32"), axis);
  }, x);
}
