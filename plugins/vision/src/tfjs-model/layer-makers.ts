import {
  AdaptiveMaxPool,
  BatchNorm,
  Dropout,
  Elu,
  GlobalAvgPool,
  Hardtanh,
  Identity,
  LeakyRelu,
  Linear,
  Relu,
  Sequential,
  Sigmoid,
  Swish,
  Tanh,
} from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { linearKernel } from "../weights/tensorflow-kernel.ts";
import { list } from "../weights/tfjs-file.ts";
import type { TfjsTensor } from "../weights/tfjs-file.ts";
import { makeConv } from "./conv-maker.ts";
import { Joined } from "./joined.ts";
import { Flattened, Softmax, ZeroPad } from "./keras-layers.ts";
import type { LayerSpec } from "./layer-spec.ts";
import { storedFloats, withPrefix } from "./made-layer.ts";
import type { MadeLayer } from "./made-layer.ts";
import type { Pair } from "./plane-conv.ts";
import { WindowPool } from "./window-pool.ts";

type Make = (spec: LayerSpec) => MadeLayer | undefined;

const alone =
  (make: (spec: LayerSpec) => Module | undefined): Make =>
  (spec) => {
    const module = make(spec);
    return module === undefined ? undefined : { module };
  };

export const ACTIVATIONS: Readonly<Record<string, () => Module>> = {
  linear: () => new Identity(),
  relu: () => new Relu(),
  relu6: () => new Hardtanh(0, 6),
  sigmoid: () => new Sigmoid(),
  tanh: () => new Tanh(),
  elu: () => new Elu(),
  swish: () => new Swish(),
  silu: () => new Swish(),
  softmax: () => new Softmax(),
};

const MAKERS: Readonly<Record<string, Make>> = {
  InputLayer: alone(() => new Identity()),
  Dropout: alone(({ config }) => new Dropout(Number(config["rate"] ?? 0.5))),
  Activation: alone(({ config }) => activationOf(config)),
  ReLU: alone(({ config }) => reluOf(config["max_value"])),
  LeakyReLU: alone(({ config }) => new LeakyRelu(Number(config["alpha"] ?? 0.3))),
  Softmax: alone(() => new Softmax()),
  Conv2D: (spec) => conv(spec, spec.weights["kernel"], false),
  DepthwiseConv2D: (spec) => conv(spec, spec.weights["depthwise_kernel"], true),
  BatchNormalization: norm,
  Dense: dense,
  Flatten: alone(() => new Flattened()),
  ZeroPadding2D: alone(({ config }) => new ZeroPad(config["padding"])),
  MaxPooling2D: alone(({ config }) => pool("max", config)),
  AveragePooling2D: alone(({ config }) => pool("avg", config)),
  GlobalAveragePooling2D: alone(() => new Sequential(new GlobalAvgPool(), new Flattened())),
  GlobalMaxPooling2D: alone(() => new Sequential(new AdaptiveMaxPool(1), new Flattened())),
  Add: alone(() => new Joined("add")),
  Subtract: alone(() => new Joined("subtract")),
  Maximum: alone(() => new Joined("maximum")),
  Minimum: alone(() => new Joined("minimum")),
  Multiply: alone(() => new Joined("multiply")),
  Concatenate: alone(({ config }) => (isLastAxis(config["axis"]) ? new Joined("concatenate") : undefined)),
};

/** Undefined where there is no such layer here, or not with these settings. */
export function makeLayer(spec: LayerSpec): MadeLayer | undefined {
  return MAKERS[spec.kind]?.(spec);
}

function reluOf(max: unknown): Module {
  return max === null || max === undefined ? new Relu() : new Hardtanh(0, Number(max));
}

function isLastAxis(axis: unknown): boolean {
  return axis === undefined || axis === -1 || axis === 3;
}

/** The one number of a pair of equal ones. */
function square(value: unknown, otherwise: unknown = 1): number | undefined {
  const [a, b = a] = Array.isArray(value) ? list(value) : [value ?? otherwise];
  return a === b ? Number(a) : undefined;
}

function pool(kind: "max" | "avg", config: LayerSpec["config"]): Module | undefined {
  const ks = square(config["pool_size"], 2);
  const stride = square(config["strides"] ?? config["pool_size"], 2);
  if (ks === undefined || stride === undefined) return undefined;
  return new WindowPool(kind, ks, stride, config["padding"] === "same" ? "same" : "valid");
}

/** A convolution and the activation inside it. */
function conv({ config, weights }: LayerSpec, kernel: TfjsTensor | undefined, isDepthwise: boolean): MadeLayer | undefined {
  const activation = activationOf(config);
  if (kernel === undefined || activation === undefined) return undefined;
  const [strides, dilations] = [pair(config["strides"]), pair(config["dilation_rate"])];
  const padding = config["padding"] === "same" ? "same" : "valid";
  const made = makeConv({ kernel, bias: weights["bias"], isDepthwise, strides, dilations, padding });
  return made === undefined ? undefined : { module: new Sequential(made.module, activation), state: withPrefix("0.", made.state) };
}

function pair(value: unknown): Pair {
  const [a, b = a] = Array.isArray(value) ? list(value) : [value ?? 1];
  return [Number(a), Number(b)];
}

function activationOf(config: LayerSpec["config"]): Module | undefined {
  return ACTIVATIONS[String(config["activation"] ?? "linear")]?.();
}

function dense({ config, weights: { kernel, bias } }: LayerSpec): MadeLayer | undefined {
  const activation = activationOf(config);
  if (kernel === undefined || activation === undefined) return undefined;
  const [ni = 1, nf = 1] = kernel.shape;
  const module = new Sequential(new Linear(ni, nf, { bias: bias !== undefined }), activation);
  return { module, state: { "0.weight": linearKernel(kernel.data, kernel.shape), ...storedFloats({ "0.bias": bias }) } };
}

function norm({ config, weights }: LayerSpec): MadeLayer | undefined {
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = weights;
  if (mean === undefined || variance === undefined || !isLastAxis(single(config["axis"]))) return undefined;
  const [nf = 1] = mean.shape;
  const module = new BatchNorm(nf, { eps: Number(config["epsilon"] ?? 1e-3), momentum: 1 - Number(config["momentum"] ?? 0.99) });
  return { module, state: storedFloats({ weight: gamma, bias: beta, running_mean: mean, running_var: variance }) };
}

function single(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}
