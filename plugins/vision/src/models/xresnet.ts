import { AdaptiveAvgPool, ConvLayer, Dropout, Flatten, initCnn, Linear, MaxPool, ResBlock, Sequential } from "@fastap/plugin-nn";
import type { Module, ResBlockOptions } from "@fastap/plugin-nn";

/** What is not named here goes to every block. */
export interface XResNetOptions extends ResBlockOptions {
  /** Dropout before the last layer. */
  readonly p?: number;
  readonly cIn?: number;
  readonly nOut?: number;
  /** Channels of the three first convolutions. */
  readonly stemSzs?: readonly number[];
  /** Factor on the channels of the stages. */
  readonly widen?: number;
  /** Makes a block; ResBlock by default. */
  readonly block?: (expansion: number, ni: number, nf: number, options: ResBlockOptions) => Module;
}

const DEFAULTS = {
  p: 0,
  cIn: 3,
  nOut: 1000,
  stemSzs: [32, 32, 64] as readonly number[],
  widen: 1,
  sa: false,
  stride: 2,
  ks: 3,
  block: (expansion: number, ni: number, nf: number, options: ResBlockOptions): Module => new ResBlock(expansion, ni, nf, options),
} as const;

type Settings = XResNetOptions;

/** `[batch, height, width, cIn]` → `[batch, nOut]`. @source fastai.vision.models.xresnet.XResNet; He et al. 2019 */
export class XResNet extends Sequential {
  /** `stages`: how many blocks in each. @throws E_NN_OPTION */
  constructor(expansion: number, stages: readonly number[], options: XResNetOptions = {}) {
    const settings: Settings = { ...DEFAULTS, ...options };
    const { p = 0, nOut = 1000, widen = 1, ks = 3, stride = 2 } = settings;
    const widths = stages.map((_, i) => Math.trunc(([64, 128, 256, 512][i] ?? 256) * widen));
    super(
      ...stem(settings),
      new MaxPool(ks, { stride, padding: Math.floor(ks / 2) }),
      ...widths.map((nf, i) =>
        stage(expansion, widths[i - 1] ?? 64 / expansion, nf, { blocks: stages[i] ?? 1, index: i, of: stages.length }, settings),
      ),
      new AdaptiveAvgPool(1),
      new Flatten(),
      new Dropout(p),
      new Linear((widths.at(-1) ?? 64) * expansion, nOut),
    );
    initCnn(this);
  }
}

function stem({ cIn = 3, stemSzs = [], ks = 3, stride = 2, act }: Settings): Module[] {
  const activation = act === undefined ? {} : { act };
  return stemSzs.map((nf, i) => new ConvLayer(stemSzs[i - 1] ?? cIn, nf, { ks, stride: i === 0 ? stride : 1, ...activation }));
}

/** Self-attention only in the last block of the fourth stage from the end. */
function stage(
  expansion: number,
  ni: number,
  nf: number,
  place: { readonly blocks: number; readonly index: number; readonly of: number },
  settings: Settings,
): Module {
  const { p: _p, cIn: _c, nOut: _n, stemSzs: _s, widen: _w, block = DEFAULTS.block, sa = false, stride = 2, ...rest } = settings;
  const attends = sa && place.index === place.of - 4;
  const blocks = Array.from({ length: place.blocks }, (_, i) =>
    block(expansion, i === 0 ? ni : nf, nf, {
      ...rest,
      stride: i === 0 && place.index > 0 ? stride : 1,
      sa: attends && i === place.blocks - 1,
    }),
  );
  return new Sequential(...blocks);
}
