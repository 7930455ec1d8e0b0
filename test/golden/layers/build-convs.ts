import { Conv, ConvLayer, MaxPool, ResBlock, seBlock, separableBlock, seResNeXtBlock } from "@fastap/plugin-nn";
import type { ConvLayerOptions, ConvOptions, Module, PaddingMode, ResBlockOptions } from "@fastap/plugin-nn";
import { DenseResBlock } from "@fastap/plugin-vision";
import { nameOf } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import type { Arguments } from "./arguments.ts";
import { defined } from "./arguments.ts";

type Builders = Readonly<Record<string, (a: Arguments) => Module>>;
type LayerOf = (value: PythonValue) => Module;

/** Where fastai's signatures have them. */
const CONV = { ks: 2, stride: 3, padding: 4, bias: 5, ndim: 6, norm_type: 7, bn_1st: 8, act_cls: 9, transpose: 10, xtra: 12, bias_std: 13 };
const RES = {
  stride: 3,
  groups: 4,
  reduction: 5,
  nh1: 6,
  nh2: 7,
  dw: 8,
  g2: 9,
  sa: 10,
  norm_type: 12,
  act_cls: 13,
  ndim: 14,
  ks: 15,
  pool: 16,
};
const SE = { groups: 3, reduction: 4, stride: 5, base_width: 6 };
const SEPARABLE = { reduction: 3, stride: 4, base_width: 5 };

/** Layers with convolutions. */
export function convBuilders(layerOf: LayerOf): Builders {
  return {
    ConvLayer: (a) => new ConvLayer(whole(a, "ni", 0), whole(a, "nf", 1), convOptions(a, layerOf, CONV)),
    ResBlock: (a) => new ResBlock(...blockSizes(a), blockOptions(a, layerOf, RES)),
    SEBlock: (a) => seBlock(...blockSizes(a), blockOptions(a, layerOf, SE)),
    SEResNeXtBlock: (a) => {
      const baseWidth = a.number("base_width", SE.base_width);
      return seResNeXtBlock(...blockSizes(a), { ...blockOptions(a, layerOf, SE), ...defined({ baseWidth }) });
    },
    SeparableBlock: (a) => {
      a.ignore("base_width");
      return separableBlock(...blockSizes(a), blockOptions(a, layerOf, SEPARABLE));
    },
    DenseResBlock: (a) => new DenseResBlock(whole(a, "nf", 0), convOptions(a, layerOf, { norm_type: 1 })),
    ...Object.fromEntries(([1, 2, 3] as const).map((ndim): [string, Builders[string]] => [`Conv${ndim}d`, (a) => conv(a, { ndim })])),
    ...Object.fromEntries(
      ([1, 2, 3] as const).map((ndim): [string, Builders[string]] => [`ConvTranspose${ndim}d`, (a) => conv(a, { ndim, transpose: true })]),
    ),
  };
}

function whole(a: Arguments, key: string, position: number): number {
  const given = a.number(key, position);
  if (given === undefined) throw new Error(`${a.name} needs ${key}`);
  return given;
}

function conv(a: Arguments, kind: ConvOptions): Conv {
  const options = { stride: a.number("stride", 3), padding: a.number("padding", 4), bias: a.boolean("bias") };
  const more = {
    groups: a.number("groups"),
    dilation: a.number("dilation"),
    paddingMode: a.value("padding_mode") as PaddingMode | undefined,
  };
  return new Conv(whole(a, "in_channels", 0), whole(a, "out_channels", 1), whole(a, "kernel_size", 2), {
    ...kind,
    ...defined({ ...options, ...more }),
  });
}

function blockSizes(a: Arguments): [number, number, number] {
  return [whole(a, "expansion", 0), whole(a, "ni", 1), whole(a, "nf", 2)];
}

type Places = Readonly<Record<string, number>>;

/** All that fastai's ConvLayer takes; how weights start does not matter, as they are given. */
export function convOptions(a: Arguments, layerOf: LayerOf, at: Places = {}): ConvLayerOptions {
  a.ignore("init");
  const xtra = a.value("xtra", at["xtra"]);
  return defined({
    ks: a.number("ks", at["ks"]),
    stride: a.number("stride", at["stride"]),
    padding: a.number("padding", at["padding"]),
    paddingMode: a.value("padding_mode") as PaddingMode | undefined,
    bias: a.boolean("bias", at["bias"]),
    ndim: a.number("ndim", at["ndim"]) as 1 | 2 | 3 | undefined,
    norm: a.norm("norm_type", at["norm_type"]),
    bn1st: a.boolean("bn_1st", at["bn_1st"]),
    act: a.activation("act_cls", at["act_cls"]),
    transpose: a.boolean("transpose", at["transpose"]),
    groups: a.number("groups", at["groups"]),
    dilation: a.number("dilation"),
    biasStd: a.number("bias_std", at["bias_std"]),
    xtra: xtra === undefined || xtra === null ? undefined : layerOf(xtra),
  });
}

/** All that fastai's ResBlock takes; `sym` is of no effect. */
export function blockOptions(a: Arguments, layerOf: LayerOf, at: Places = {}): ResBlockOptions {
  a.ignore("sym");
  const pool = nameOf(a.value("pool", at["pool"]));
  const { act, ...convs } = convOptions(a, layerOf, at);
  return {
    ...convs,
    ...defined({
      act: act ?? undefined,
      g2: a.number("g2", at["g2"]),
      reduction: a.number("reduction", at["reduction"]),
      nh1: a.number("nh1", at["nh1"]),
      nh2: a.number("nh2", at["nh2"]),
      dw: a.boolean("dw", at["dw"]),
      sa: a.boolean("sa", at["sa"]),
      poolFirst: a.boolean("pool_first", at["pool"] === undefined ? undefined : at["pool"] + 1),
      pool: pool === "MaxPool" ? (stride: number, ndim: 1 | 2 | 3): Module => new MaxPool(stride, { ndim }) : undefined,
    }),
  };
}
