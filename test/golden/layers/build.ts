import {
  AdaptiveAvgPool,
  AdaptiveConcatPool,
  AdaptiveMaxPool,
  AvgPool,
  BatchNorm,
  Cat,
  Dropout,
  Embedding,
  Flatten,
  GroupNorm,
  Identity,
  InstanceNorm,
  LayerNorm,
  LinBnDrop,
  Linear,
  MaxPool,
  MergeLayer,
  PixelShuffle,
  PixelShuffleIcnr,
  PooledSelfAttention2d,
  PoolFlatten,
  ProdLayer,
  ResizeBatch,
  SelfAttention,
  SEModule,
  Sequential,
  SequentialEx,
  SigmoidRange,
  simpleCnn,
  SimpleSelfAttention,
  TimeDistributed,
  truncNormal,
  View,
} from "@fastap/plugin-nn";
import type { Module, PoolType } from "@fastap/plugin-nn";
import { createHead, ganCritic } from "@fastap/plugin-vision";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import { activationOf, Arguments, defined } from "./arguments.ts";
import { convBuilders } from "./build-convs.ts";
import { namedInWords } from "./in-words.ts";
import type { ChannelAxis } from "./layer-case.ts";

type Build = (a: Arguments) => Module;

const norms: Readonly<Record<string, Build>> = {
  BatchNorm: (a) => new BatchNorm(size(a, "nf", 0), normOptions(a)),
  InstanceNorm: (a) => new InstanceNorm(size(a, "nf", 0), normOptions(a)),
  ...Object.fromEntries(
    ["BatchNorm1dFlat", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d"].map((name): [string, Build] => [
      name,
      (a) => new BatchNorm(size(a, "num_features", 0), { ...normOptions(a), ...defined({ eps: a.number("eps", 1) }) }),
    ]),
  ),
  ...Object.fromEntries(
    ["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"].map((name): [string, Build] => [
      name,
      (a) => new InstanceNorm(size(a, "num_features", 0), { ...normOptions(a), affine: a.boolean("affine") ?? false }),
    ]),
  ),
  GroupNorm: (a) => new GroupNorm(size(a, "num_groups", 0), size(a, "num_channels", 1), normOptions(a)),
  LayerNorm: (a) => new LayerNorm(a.numbers("normalized_shape", 0)?.[0] ?? size(a, "normalized_shape", 0), normOptions(a)),
};

const pools: Readonly<Record<string, Build>> = {
  AdaptiveConcatPool1d: (a) => new AdaptiveConcatPool(poolSize(a), 1),
  AdaptiveConcatPool2d: (a) => new AdaptiveConcatPool(poolSize(a), 2),
  AdaptiveAvgPool: (a) => new AdaptiveAvgPool(poolSize(a), a.number("ndim", 1) ?? 2),
  AdaptiveAvgPool1d: (a) => new AdaptiveAvgPool(poolSize(a), 1),
  AdaptiveAvgPool2d: (a) => new AdaptiveAvgPool(poolSize(a), 2),
  AdaptiveAvgPool3d: (a) => new AdaptiveAvgPool(poolSize(a), 3),
  AdaptiveMaxPool1d: (a) => new AdaptiveMaxPool(poolSize(a), 1),
  AdaptiveMaxPool2d: (a) => new AdaptiveMaxPool(poolSize(a), 2),
  MaxPool: (a) => {
    a.ignore("ceil_mode");
    return new MaxPool(a.number("ks", 0) ?? 2, poolOptions(a));
  },
  AvgPool: (a) => new AvgPool(a.number("ks", 0) ?? 2, { ...poolOptions(a), ceilMode: a.boolean("ceil_mode", 4) ?? false }),
  PoolFlatten: (a) => new PoolFlatten((nameOf(a.value("pool_type", 0)) ?? "Avg") as PoolType),
};

const builders: Readonly<Record<string, Build>> = {
  ...norms,
  ...pools,
  ...convBuilders(layerOf),
  LinBnDrop: linBnDrop,
  Flatten: (a) => new Flatten(defined({ full: a.boolean("full", 0) })),
  Identity: () => new Identity(),
  View: (a) => new View(...a.positional.map(Number)),
  ResizeBatch: (a) => new ResizeBatch(...a.positional.map(Number)),
  Dropout: (a) => new Dropout(a.number("p", 0) ?? 0.5),
  Linear: (a) => new Linear(size(a, "in_features", 0), size(a, "out_features", 1), defined({ bias: a.boolean("bias", 2) })),
  Embedding: (a) => new Embedding(size(a, "ni", 0), size(a, "nf", 1), truncNormal(a.number("std", 2) ?? 0.01)),
  SigmoidRange: (a) => new SigmoidRange(size(a, "low", 0), size(a, "high", 1)),
  PixelShuffle: (a) => new PixelShuffle(a.number("upscale_factor") ?? size(a, "scale", 0)),
  PixelShuffle_ICNR: (a) => {
    const options = {
      scale: a.number("scale", 2),
      blur: a.boolean("blur", 3),
      norm: a.norm("norm_type", 4),
      act: a.activation("act_cls", 5),
    };
    return new PixelShuffleIcnr(size(a, "ni", 0), a.number("nf", 1), defined(options));
  },
  SelfAttention: (a) => new SelfAttention(size(a, "n_channels", 0)),
  PooledSelfAttention2d: (a) => new PooledSelfAttention2d(size(a, "n_channels", 0)),
  SimpleSelfAttention: (a) => {
    a.ignore("sym"); // of no effect: see the layer
    return new SimpleSelfAttention(size(a, "n_in", 0), a.number("ks", 1) ?? 1);
  },
  SEModule: (a) => new SEModule(size(a, "ch", 0), size(a, "reduction", 1), a.activation("act_cls", 2) ?? undefined),
  Sequential: (a) => new Sequential(...a.positional.map(layerOf)),
  sequential: (a) => new Sequential(...a.positional.map(layerOf)),
  SequentialEx: (a) => new SequentialEx(...a.positional.map(layerOf)),
  MergeLayer: (a) => new MergeLayer(a.boolean("dense", 0) ?? false),
  ProdLayer: () => new ProdLayer(),
  Cat: (a) => {
    const layers = [a.value("layers", 0) ?? []].flat().map((layer) => layerOf(layer as PythonValue));
    return new Cat(layers, axisOf(a.number("dim", 1) ?? 1));
  },
  TimeDistributed: (a) => {
    const tdim = a.number("tdim", 2) ?? 1;
    const options = { lowMem: (a.boolean("low_mem", 1) ?? false) || tdim !== 1, tdim: Math.max(1, tdim - 1) };
    return new TimeDistributed(layerOf(a.value("module", 0) ?? null), options);
  },
  SimpleCNN: (a) => {
    const options = { kernelSzs: a.numbers("kernel_szs", 1), strides: a.numbers("strides", 2), bn: a.boolean("bn", 3) };
    return simpleCnn(a.numbers("filters", 0) ?? [], defined(options));
  },
  create_head: head,
  gan_critic: (a) => {
    const options = { nf: a.number("nf", 1), nBlocks: a.number("n_blocks", 2), p: a.number("p", 3) };
    return ganCritic(a.number("n_channels", 0), defined(options));
  },
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

/** Steps in time are before the channels, unless they are on another axis; of what is flat the channels are last. */
export function channelAxis(module: string): ChannelAxis {
  if (module.startsWith("TimeDistributed")) return /tdim'?\s*[=:]\s*[2-9]/.test(module) ? 1 : 2;
  return /^BatchNorm1dFlat|^LayerNorm|^Linear|^LinBnDrop|^Embedding|^View|^ResizeBatch/.test(module) ? "last" : 1;
}

export function layerOf(value: PythonValue): Module {
  const activation = activationOf(value);
  if (activation !== undefined) return activation;
  const call = isCall(value) ? value : { call: nameOf(value) ?? "", args: [], named: {} };
  const build = builders[call.call];
  if (build === undefined) throw new Error(`no layer ${call.call}`);
  const args = new Arguments(call);
  const module = build(args);
  args.ignore("device", "dtype");
  args.done();
  return module;
}

function size(a: Arguments, key: string, position: number): number {
  const given = a.number(key, position);
  if (given === undefined) throw new Error(`${a.name} needs ${key}`);
  return given;
}

/** PyTorch's axis 1 is the last one here. */
function axisOf(dim: number): number {
  if (dim === 1) return -1;
  return dim > 1 || dim < 0 ? dim - 1 : dim;
}

function poolSize(a: Arguments): number | readonly number[] {
  return a.numbers("size", 0) ?? a.number("size", 0) ?? a.number("sz", 0) ?? a.number("output_size", 0) ?? 1;
}

function poolOptions(a: Arguments): { readonly stride?: number; readonly padding?: number; readonly ndim?: 1 | 2 | 3 } {
  return defined({ stride: a.number("stride", 1), padding: a.number("padding", 2), ndim: a.number("ndim", 3) as 1 | 2 | 3 | undefined });
}

/** What only says how weights start, or how many axes there are, changes nothing here. */
function normOptions(a: Arguments): { readonly eps?: number; readonly momentum?: number; readonly affine?: boolean } {
  a.ignore("ndim", "norm_type");
  a.only("track_running_stats", true, a.name.startsWith("Instance") ? false : true);
  a.only("bias", true);
  return defined({ eps: a.number("eps"), momentum: a.number("momentum"), affine: a.boolean("affine") });
}

function linBnDrop(a: Arguments): Module {
  const act = a.activation("act", 4)?.() ?? null;
  const options = { bn: a.boolean("bn", 2), p: a.number("p", 3) ?? Number(a.value("p") ?? 0), act, linFirst: a.boolean("lin_first", 5) };
  return new LinBnDrop(size(a, "n_in", 0), size(a, "n_out", 1), defined(options));
}

function head(a: Arguments): Module {
  const range = a.numbers("y_range", 9);
  const options = {
    linFtrs: a.numbers("lin_ftrs", 2),
    ps: a.numbers("ps", 3) ?? a.number("ps", 3),
    pool: a.boolean("pool", 4),
    concatPool: a.boolean("concat_pool", 5),
    firstBn: a.boolean("first_bn", 6),
    bnFinal: a.boolean("bn_final", 7),
    linFirst: a.boolean("lin_first", 8),
    yRange: range === undefined ? undefined : ([range[0] ?? 0, range[1] ?? 1] as const),
  };
  return createHead(size(a, "nf", 0), size(a, "n_out", 1), defined(options));
}
