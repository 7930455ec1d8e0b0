import {
  AdaptiveAvgPool,
  AdaptiveConcatPool,
  AdaptiveMaxPool,
  AvgPool,
  BatchNorm,
  Cat,
  ConvLayer,
  Dropout,
  Embedding,
  Flatten,
  Identity,
  InstanceNorm,
  LinBnDrop,
  Linear,
  MaxPool,
  MergeLayer,
  PixelShuffle,
  PixelShuffleIcnr,
  PooledSelfAttention2d,
  PoolFlatten,
  ProdLayer,
  ResBlock,
  seBlock,
  SelfAttention,
  SEModule,
  separableBlock,
  seResNeXtBlock,
  Sequential,
  SequentialEx,
  SigmoidRange,
  simpleCnn,
  SimpleSelfAttention,
  TimeDistributed,
  truncNormal,
} from "@fastap/plugin-nn";
import type { ConvLayerOptions, Module, PoolType, ResBlockOptions } from "@fastap/plugin-nn";
import { createHead } from "@fastap/plugin-vision";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import { activationOf, Arguments, defined } from "./arguments.ts";
import { namedInWords } from "./in-words.ts";
import type { ChannelAxis } from "./layer-case.ts";

type Build = (a: Arguments) => Module;

const builders: Readonly<Record<string, Build>> = {
  ConvLayer: (a) => new ConvLayer(size(a, "ni", 0), size(a, "nf", 1), convOptions(a)),
  LinBnDrop: linBnDrop,
  BatchNorm: (a) => new BatchNorm(size(a, "nf", 0), affine(a)),
  InstanceNorm: (a) => new InstanceNorm(size(a, "nf", 0), affine(a)),
  BatchNorm1dFlat: (a) => new BatchNorm(size(a, "num_features", 0)),
  BatchNorm1d: (a) => new BatchNorm(size(a, "num_features", 0)),
  AdaptiveConcatPool1d: (a) => new AdaptiveConcatPool(poolSize(a), 1),
  AdaptiveConcatPool2d: (a) => new AdaptiveConcatPool(poolSize(a), 2),
  AdaptiveAvgPool: (a) => new AdaptiveAvgPool(poolSize(a), a.number("ndim", 1) ?? 2),
  AdaptiveAvgPool1d: (a) => new AdaptiveAvgPool(poolSize(a), 1),
  AdaptiveAvgPool2d: (a) => new AdaptiveAvgPool(poolSize(a), 2),
  AdaptiveMaxPool1d: (a) => new AdaptiveMaxPool(poolSize(a), 1),
  AdaptiveMaxPool2d: (a) => new AdaptiveMaxPool(poolSize(a), 2),
  MaxPool: (a) => {
    a.boolean("ceil_mode");
    return new MaxPool(a.number("ks", 0) ?? 2, poolOptions(a));
  },
  AvgPool: (a) => new AvgPool(a.number("ks", 0) ?? 2, { ...poolOptions(a), ceilMode: a.boolean("ceil_mode") ?? false }),
  PoolFlatten: (a) => new PoolFlatten((nameOf(a.value("pool_type", 0)) ?? "Avg") as PoolType),
  Flatten: () => new Flatten(),
  Identity: () => new Identity(),
  Dropout: (a) => new Dropout(a.number("p", 0) ?? 0.5),
  Linear: (a) => new Linear(size(a, "in_features", 0), size(a, "out_features", 1), defined({ bias: a.boolean("bias", 2) })),
  Embedding: (a) => new Embedding(size(a, "ni", 0), size(a, "nf", 1), truncNormal(a.number("std", 2) ?? 0.01)),
  SigmoidRange: (a) => new SigmoidRange(size(a, "low", 0), size(a, "high", 1)),
  PixelShuffle: (a) => new PixelShuffle(size(a, "scale", 0)),
  PixelShuffle_ICNR: (a) => {
    const options = { scale: a.number("scale", 2), blur: a.boolean("blur", 3), norm: a.norm("norm_type"), act: a.activation("act_cls") };
    return new PixelShuffleIcnr(size(a, "ni", 0), a.number("nf", 1), defined(options));
  },
  SelfAttention: (a) => new SelfAttention(size(a, "n_channels", 0)),
  PooledSelfAttention2d: (a) => new PooledSelfAttention2d(size(a, "n_channels", 0)),
  SimpleSelfAttention: (a) => {
    a.boolean("sym");
    return new SimpleSelfAttention(size(a, "n_in", 0), a.number("ks", 1) ?? 1);
  },
  SEModule: (a) => new SEModule(size(a, "ch", 0), size(a, "reduction", 1), a.activation("act_cls") ?? undefined),
  ResBlock: (a) => new ResBlock(...blockSizes(a), blockOptions(a)),
  SEBlock: (a) => seBlock(...blockSizes(a), blockOptions(a)),
  SEResNeXtBlock: (a) => seResNeXtBlock(...blockSizes(a), { ...blockOptions(a), ...defined({ baseWidth: a.number("base_width") }) }),
  SeparableBlock: (a) => {
    a.number("base_width");
    return separableBlock(...blockSizes(a), blockOptions(a));
  },
  Sequential: (a) => new Sequential(...a.positional.map(layerOf)),
  SequentialEx: (a) => new SequentialEx(...a.positional.map(layerOf)),
  MergeLayer: (a) => new MergeLayer(a.boolean("dense", 0) ?? false),
  ProdLayer: () => new ProdLayer(),
  Cat: (a) => new Cat(...[a.value("layers", 0) ?? []].flat().map((layer) => layerOf(layer as PythonValue))),
  TimeDistributed: (a) => new TimeDistributed(layerOf(a.value("module", 0) ?? null)),
  SimpleCNN: (a) => {
    const options = { kernelSzs: a.numbers("kernel_szs", 1), strides: a.numbers("strides", 2), bn: a.boolean("bn", 3) };
    return simpleCnn(a.numbers("filters", 0) ?? [], defined(options));
  },
  create_head: head,
};

/** A layer as a case describes it; `channels` of the input serve descriptions in words that name none. */
export function buildLayer(text: string, channels: number): Module {
  return layerOf(namedInWords(text, channels) ?? parsePython(text));
}

/** Whether there is such a layer here. */
export function isLayer(text: string): boolean {
  const value = namedInWords(text, 1) ?? parsePython(text);
  return isCall(value) && (value.call in builders || activationOf(value) !== undefined);
}

/** TimeDistributed has the steps before the channels; a flat batch norm has them last. */
export function channelAxis(module: string): ChannelAxis {
  if (module.startsWith("TimeDistributed")) return 2;
  return /^BatchNorm1dFlat|^Linear|^LinBnDrop|^Embedding/.test(module) ? "last" : 1;
}

function layerOf(value: PythonValue): Module {
  const activation = activationOf(value);
  if (activation !== undefined) return activation;
  const call = isCall(value) ? value : { call: nameOf(value) ?? "", args: [], named: {} };
  const build = builders[call.call];
  if (build === undefined) throw new Error(`no layer ${call.call}`);
  const args = new Arguments(call);
  const module = build(args);
  args.done();
  return module;
}

function size(a: Arguments, key: string, position: number): number {
  const given = a.number(key, position);
  if (given === undefined) throw new Error(`${a.name} needs ${key}`);
  return given;
}

function poolSize(a: Arguments): number | readonly number[] {
  return a.numbers("size", 0) ?? a.number("size", 0) ?? a.number("sz", 0) ?? a.number("output_size", 0) ?? 1;
}

function poolOptions(a: Arguments): { readonly stride?: number; readonly padding?: number; readonly ndim?: 1 | 2 | 3 } {
  return defined({ stride: a.number("stride", 1), padding: a.number("padding", 2), ndim: a.number("ndim", 3) as 1 | 2 | 3 | undefined });
}

function affine(a: Arguments): { readonly eps?: number } {
  a.number("ndim", 1);
  a.norm("norm_type");
  return defined({ eps: a.number("eps"), momentum: a.number("momentum") });
}

function linBnDrop(a: Arguments): Module {
  const act = a.activation("act", 4)?.() ?? null;
  const options = { bn: a.boolean("bn", 2), p: a.number("p", 3) ?? Number(a.value("p") ?? 0), act, linFirst: a.boolean("lin_first", 5) };
  return new LinBnDrop(size(a, "n_in", 0), size(a, "n_out", 1), defined(options));
}

function convOptions(a: Arguments): ConvLayerOptions {
  const xtra = a.value("xtra");
  return defined({
    ks: a.number("ks", 2),
    stride: a.number("stride", 3),
    padding: a.number("padding", 4),
    bias: a.boolean("bias"),
    ndim: a.number("ndim") as 1 | 2 | 3 | undefined,
    norm: a.norm("norm_type"),
    bn1st: a.boolean("bn_1st"),
    act: a.activation("act_cls"),
    transpose: a.boolean("transpose"),
    groups: a.number("groups"),
    dilation: a.number("dilation"),
    biasStd: a.number("bias_std"),
    xtra: xtra === undefined || xtra === null ? undefined : layerOf(xtra),
  });
}

function blockSizes(a: Arguments): [number, number, number] {
  return [size(a, "expansion", 0), size(a, "ni", 1), size(a, "nf", 2)];
}

function blockOptions(a: Arguments): ResBlockOptions {
  const pool = nameOf(a.value("pool"));
  a.boolean("sym");
  return defined({
    ks: a.number("ks"),
    stride: a.number("stride", 3),
    padding: a.number("padding"),
    bias: a.boolean("bias"),
    bn1st: a.boolean("bn_1st"),
    ndim: a.number("ndim") as 1 | 2 | 3 | undefined,
    norm: a.norm("norm_type"),
    act: a.activation("act_cls") ?? undefined,
    groups: a.number("groups"),
    g2: a.number("g2"),
    reduction: a.number("reduction"),
    nh1: a.number("nh1"),
    nh2: a.number("nh2"),
    dw: a.boolean("dw"),
    sa: a.boolean("sa"),
    poolFirst: a.boolean("pool_first"),
    pool: pool === "MaxPool" ? (stride: number, ndim: 1 | 2 | 3): Module => new MaxPool(stride, { ndim }) : undefined,
  });
}

function head(a: Arguments): Module {
  const range = a.numbers("y_range");
  const options = {
    linFtrs: a.numbers("lin_ftrs"),
    ps: a.numbers("ps") ?? a.number("ps"),
    pool: a.boolean("pool"),
    concatPool: a.boolean("concat_pool"),
    firstBn: a.boolean("first_bn"),
    bnFinal: a.boolean("bn_final"),
    linFirst: a.boolean("lin_first"),
    yRange: range === undefined ? undefined : ([range[0] ?? 0, range[1] ?? 1] as const),
  };
  return createHead(size(a, "nf", 0), size(a, "n_out", 1), defined(options));
}
