import { BatchNorm, Elu, Hardtanh, Identity, LeakyRelu, Linear, Relu, Sequential, Sigmoid, Tanh } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { linearKernel } from "../weights/tensorflow-kernel.ts";
import type { TfjsTensor } from "../weights/tfjs-file.ts";
import { Elementwise, ELEMENTWISE, ImageInput, Reduced, Reshaped, Resized, WithValues } from "./array-layers.ts";
import type { ElementwiseKind } from "./array-layers.ts";
import { makeConv } from "./conv-maker.ts";
import type { GraphNode } from "./graph-node.ts";
import { Joined } from "./joined.ts";
import type { Binary } from "./joined.ts";
import { Softmax, ZeroPad } from "./keras-layers.ts";
import { storedFloats, withPrefix } from "./made-layer.ts";
import type { MadeLayer } from "./made-layer.ts";
import type { PlanePadding } from "./plane-conv.ts";
import { WindowPool } from "./window-pool.ts";

type Make = (node: GraphNode) => MadeLayer | undefined;

const alone =
  (make: (node: GraphNode) => Module | undefined): Make =>
  (node) => {
    const module = make(node);
    return module === undefined ? undefined : { module };
  };

/** Values that it takes in that place. */
const valuesAt = ({ operands }: GraphNode, at: number): TfjsTensor | undefined => {
  const operand = operands.at(at);
  return typeof operand === "object" ? operand : undefined;
};
const numbersAt = (node: GraphNode, at: number): readonly number[] | undefined => {
  const values = valuesAt(node, at);
  return values === undefined ? undefined : Array.from(values.data);
};

const ACTIVATIONS: Readonly<Record<string, (node: GraphNode) => Module>> = {
  Relu: () => new Relu(),
  Relu6: () => new Hardtanh(0, 6),
  Elu: () => new Elu(),
  LeakyRelu: ({ attributes }) => new LeakyRelu(attributes.number("alpha") ?? attributes.number("leakyrelu_alpha") ?? 0.2),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new Tanh(),
};

const BINARY_OPS: Readonly<Record<string, Binary>> = {
  Add: "add",
  AddV2: "add",
  AddN: "add",
  BiasAdd: "add",
  Sub: "subtract",
  Mul: "multiply",
  RealDiv: "divide",
  Div: "divide",
  Maximum: "maximum",
  Minimum: "minimum",
};

const MAKERS: Readonly<Record<string, Make>> = {
  Placeholder: alone(({ attributes }) => {
    const channels = attributes.shape("shape")[3] ?? -1;
    return channels === -1 ? new Identity() : new ImageInput(channels);
  }),
  Identity: alone(() => new Identity()),
  Softmax: alone(() => new Softmax()),
  Conv2D: (node) => conv(node, false),
  _FusedConv2D: (node) => conv(node, false),
  DepthwiseConv2dNative: (node) => conv(node, true),
  FusedDepthwiseConv2dNative: (node) => conv(node, true),
  MatMul: dense,
  _FusedMatMul: dense,
  FusedBatchNorm: norm,
  FusedBatchNormV2: norm,
  FusedBatchNormV3: norm,
  MaxPool: alone((node) => pool("max", node)),
  AvgPool: alone((node) => pool("avg", node)),
  Mean: alone((node) => reduced("mean", node)),
  Sum: alone((node) => reduced("sum", node)),
  Max: alone((node) => reduced("max", node)),
  Pad: alone(padded),
  PadV2: alone((node) => (numbersAt(node, 2)?.[0] === 0 ? padded(node) : undefined)),
  Squeeze: alone(({ attributes }) => new Reshaped("squeeze", attributes.numbers("squeeze_dims"))),
  Reshape: alone((node) => {
    const sizes = numbersAt(node, 1);
    return sizes === undefined ? undefined : new Reshaped("reshape", sizes);
  }),
  ConcatV2: alone((node) => ([3, -1].includes(numbersAt(node, -1)?.[0] ?? 0) && hasOneValue(node) ? new Joined("concatenate") : undefined)),
  ResizeBilinear: alone((node) => resized("bilinear", node)),
  ResizeNearestNeighbor: alone((node) => resized("nearest", node)),
};

/** Undefined where there is no such layer here, or not with these settings and operands. */
export function makeNode(node: GraphNode): MadeLayer | undefined {
  const { kind } = node;
  if (isChannelsFirst(node)) return undefined;
  const binary = BINARY_OPS[kind];
  if (binary !== undefined) return joined(binary, node);
  if (isElementwise(kind)) return { module: new Elementwise(kind) };
  const activation = ACTIVATIONS[kind]?.(node);
  return activation === undefined ? MAKERS[kind]?.(node) : { module: activation };
}

const isChannelsFirst = ({ attributes }: GraphNode): boolean => attributes.text("data_format")?.startsWith("NC") ?? false;

/** What of a node that is known here keeps it from being read; undefined for a kind that is not. */
export function whyNot(node: GraphNode): string | undefined {
  const { kind, operands, attributes } = node;
  if (isChannelsFirst(node)) return `data_format ${attributes.text("data_format")}, where images are NHWC here`;
  if (BINARY_OPS[kind] === undefined && MAKERS[kind] === undefined) return undefined;
  const at = operands.findIndex((operand, i) => i > 0 && typeof operand === "string");
  return at > 0 && kind !== "ConcatV2"
    ? `its operand ${at + 1}, "${String(operands[at])}", is known only when it runs`
    : "not with its settings";
}

function isElementwise(kind: string): kind is ElementwiseKind {
  return Object.hasOwn(ELEMENTWISE, kind);
}

const hasOneValue = ({ operands }: GraphNode): boolean => operands.filter((operand) => typeof operand === "object").length === 1;

/** Of nodes, or of a node and values; the values of a bias are those of channels, as the last axis is. */
function joined(kind: Binary, { operands }: GraphNode): MadeLayer | undefined {
  const at = operands.findIndex((operand) => typeof operand === "object");
  const values = operands[at];
  if (at === -1) return { module: new Joined(kind) };
  if (typeof values !== "object" || operands.length !== 2) return undefined;
  const shape = values.shape.length === 0 ? [1] : values.shape;
  return { module: new WithValues(kind, shape, at === 0), state: storedFloats({ value: { shape, data: values.data } }) };
}

function conv(node: GraphNode, isDepthwise: boolean): MadeLayer | undefined {
  const kernel = valuesAt(node, 1);
  const after = afterwards(node);
  const padding = paddingOf(node);
  if (kernel === undefined || after === undefined || padding === undefined) return undefined;
  const { attributes } = node;
  const shape = { isDepthwise, strides: attributes.pair("strides"), dilations: attributes.pair("dilations"), padding };
  return followed(makeConv({ kernel, bias: after.bias, ...shape }), after.activation);
}

/** `[in, out]`, or its transpose. */
function dense(node: GraphNode): MadeLayer | undefined {
  const { attributes } = node;
  const matrix = valuesAt(node, 1);
  const after = afterwards(node);
  if (matrix === undefined || after === undefined || attributes.boolean("transpose_a")) return undefined;
  const isTransposed = attributes.boolean("transpose_b");
  const [a = 1, b = 1] = matrix.shape;
  const [ni, nf] = isTransposed ? [b, a] : [a, b];
  const weight = isTransposed ? ({ dtype: "F32", ...matrix } as const) : linearKernel(matrix.data, matrix.shape);
  const module = new Linear(ni, nf, { bias: after.bias !== undefined });
  return followed({ module, state: { weight, ...storedFloats({ bias: after.bias }) } }, after.activation);
}

/** What a fused node does after its product: a bias, an activation, both or none. Undefined for anything else. */
function afterwards(node: GraphNode): { readonly bias: TfjsTensor | undefined; readonly activation: Module | undefined } | undefined {
  const ops = [...node.attributes.texts("fused_ops")];
  const bias = ops[0] === "BiasAdd" ? valuesAt(node, 2) : undefined;
  if (ops[0] === "BiasAdd") ops.shift();
  if (bias === undefined && node.operands.length > 2) return undefined;
  const [name] = ops;
  const activation = name === undefined ? undefined : ACTIVATIONS[name]?.(node);
  return ops.length > 1 || (name !== undefined && activation === undefined) ? undefined : { bias, activation };
}

function followed(made: MadeLayer | undefined, activation: Module | undefined): MadeLayer | undefined {
  if (made === undefined || activation === undefined) return made;
  return { module: new Sequential(made.module, activation), state: withPrefix("0.", made.state) };
}

function paddingOf({ attributes }: GraphNode): PlanePadding | undefined {
  const padding = attributes.text("padding");
  if (padding === "SAME") return "same";
  if (padding === "VALID") return "valid";
  const [, , top, bottom, left, right] = attributes.numbers("explicit_paddings");
  if (top === undefined || bottom === undefined || left === undefined || right === undefined) return undefined;
  return [
    [top, bottom],
    [left, right],
  ];
}

function norm(node: GraphNode): MadeLayer | undefined {
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((at) => valuesAt(node, at));
  const nf = mean?.shape[0];
  if (nf === undefined || weight === undefined || node.attributes.boolean("is_training")) return undefined;
  const module = new BatchNorm(nf, { eps: node.attributes.number("epsilon") ?? 1e-4 });
  return { module, state: storedFloats({ weight, bias, running_mean: mean, running_var: variance }) };
}

function pool(kind: "max" | "avg", node: GraphNode): Module | undefined {
  const [[height, width], [down, right]] = [node.attributes.pair("ksize"), node.attributes.pair("strides")];
  const padding = paddingOf(node);
  if (height !== width || down !== right || typeof padding !== "string") return undefined;
  return new WindowPool(kind, height, down, padding);
}

function reduced(kind: "mean" | "sum" | "max", node: GraphNode): Module | undefined {
  const axes = numbersAt(node, 1);
  return axes === undefined ? undefined : new Reduced(kind, axes, node.attributes.boolean("keep_dims"));
}

/** Before and after each of four axes. */
function padded(node: GraphNode): Module | undefined {
  const [a, b, top, bottom, left, right, c, d] = numbersAt(node, 1) ?? [];
  if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return undefined;
  return new ZeroPad([
    [top, bottom],
    [left, right],
  ]);
}

function resized(kind: "bilinear" | "nearest", node: GraphNode): Module | undefined {
  const [height, width] = numbersAt(node, 1) ?? [];
  if (height === undefined || width === undefined) return undefined;
  const { attributes } = node;
  const [alignCorners, halfPixelCenters] = [attributes.boolean("align_corners"), attributes.boolean("half_pixel_centers")];
  return new Resized(kind, [height, width], { alignCorners, halfPixelCenters });
}
