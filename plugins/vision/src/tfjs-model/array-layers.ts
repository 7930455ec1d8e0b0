import type { Tensor } from "@fastap/kernel";
import { Buffer, Module, ones, Parameter } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";
import { BINARY } from "./joined.ts";
import type { Binary } from "./joined.ts";

export type ElementwiseKind = "Abs" | "Exp" | "Neg" | "Reciprocal" | "Rsqrt" | "Selu" | "Softplus" | "Sqrt" | "Square";

/** Functions of each value on its own that are no layers of nn, and the kernels that they and their gradients run. */
export const ELEMENTWISE: Readonly<Record<ElementwiseKind, { readonly run: (x: Tensor) => Tensor; readonly ops: readonly string[] }>> = {
  Abs: { run: tf.abs, ops: ["Abs", "Step"] },
  Exp: { run: tf.exp, ops: ["Exp", "Multiply"] },
  Neg: { run: tf.neg, ops: ["Neg"] },
  Reciprocal: { run: tf.reciprocal, ops: ["Reciprocal", "Square", "RealDiv", "Neg"] },
  Rsqrt: { run: tf.rsqrt, ops: ["Rsqrt", "Pow", "RealDiv", "Neg", "Multiply"] },
  Selu: { run: tf.selu, ops: ["Selu"] },
  Softplus: { run: tf.softplus, ops: ["Softplus", "Sigmoid", "Multiply"] },
  Sqrt: { run: tf.sqrt, ops: ["Sqrt", "RealDiv", "Multiply"] },
  Square: { run: tf.square, ops: ["Square", "Multiply"] },
};

/** One of {@link ELEMENTWISE}. */
export class Elementwise extends Module {
  readonly kind: ElementwiseKind;

  constructor(kind: ElementwiseKind) {
    super();
    this.kind = kind;
  }

  protected override ops(): readonly string[] {
    return ELEMENTWISE[this.kind].ops;
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return ELEMENTWISE[this.kind].run(x);
  }
}

/** Its input with values of its own: one number is a constant, more are trained. */
export class WithValues extends Module {
  readonly value: Parameter | Buffer;
  readonly kind: Binary;
  /** The values are the left operand. */
  readonly isFirst: boolean;

  constructor(kind: Binary, shape: readonly number[], isFirst: boolean = false) {
    super();
    [this.kind, this.isFirst] = [kind, isFirst];
    const isNumber = shape.every((size) => size === 1);
    this.value = isNumber ? new Buffer({ shape, init: ones }) : new Parameter({ shape, init: ones, isBias: kind === "add" });
  }

  protected override ops(): readonly string[] {
    return [...BINARY[this.kind].ops, "Sum"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const { run } = BINARY[this.kind];
    return this.isFirst ? run(this.value.value as Tensor, x) : run(x, this.value.value as Tensor);
  }
}

/** One value of several, along axes. */
export class Reduced extends Module implements Reshaping {
  readonly kind: "mean" | "sum" | "max";
  readonly axes: readonly number[];
  readonly keepDims: boolean;

  constructor(kind: "mean" | "sum" | "max", axes: readonly number[], keepDims: boolean) {
    super();
    [this.kind, this.axes, this.keepDims] = [kind, axes, keepDims];
  }

  after(shape: ImageShape): ImageShape {
    const has = (axis: number): boolean => this.axes.includes(axis) || this.axes.includes(axis - 4);
    return { channels: has(3) ? 1 : shape.channels, height: has(1) ? 1 : shape.height, width: has(2) ? 1 : shape.width };
  }

  protected override ops(): readonly string[] {
    return { mean: ["Mean"], sum: ["Sum"], max: ["Max", "Equal", "Cast", "Multiply"] }[this.kind];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const reduce = { mean: tf.mean, sum: tf.sum, max: tf.max }[this.kind];
    return reduce(x, [...this.axes], this.keepDims);
  }
}

/** Another shape of the same values; of axes of one that go, or of a whole shape, one size of which may be -1. */
export class Reshaped extends Module implements Reshaping {
  readonly kind: "squeeze" | "reshape";
  readonly sizes: readonly number[];

  constructor(kind: "squeeze" | "reshape", sizes: readonly number[]) {
    super();
    [this.kind, this.sizes] = [kind, sizes];
  }

  after({ channels, height, width }: ImageShape): ImageShape {
    const [, a = 1, b = 1, c = -1] = this.kind === "reshape" && this.sizes.length === 4 ? this.sizes : [];
    const all = channels * height * width;
    return { channels: c === -1 ? all / (Math.max(a, 1) * Math.max(b, 1)) : c, height: Math.max(a, 1), width: Math.max(b, 1) };
  }

  protected override ops(): readonly string[] {
    return ["Reshape"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    if (this.kind === "squeeze") return tf.squeeze(x, this.sizes.length === 0 ? undefined : [...this.sizes]);
    const rest = this.sizes.slice(1);
    // A batch of one that the graph was saved with stands for any.
    return tf.reshape(x, this.sizes[0] === 1 && !rest.includes(-1) ? [-1, ...rest] : [...this.sizes]);
  }
}

/** Images of a given size. */
export class Resized extends Module implements Reshaping {
  readonly kind: "bilinear" | "nearest";
  readonly size: readonly [height: number, width: number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;

  constructor(
    kind: "bilinear" | "nearest",
    size: readonly [number, number],
    { alignCorners, halfPixelCenters }: Pick<Resized, "alignCorners" | "halfPixelCenters">,
  ) {
    super();
    [this.kind, this.size, this.alignCorners, this.halfPixelCenters] = [kind, size, alignCorners, halfPixelCenters];
  }

  after({ channels }: ImageShape): ImageShape {
    return { channels, height: this.size[0], width: this.size[1] };
  }

  protected override ops(): readonly string[] {
    return this.kind === "bilinear" ? ["ResizeBilinear", "ResizeBilinearGrad"] : ["ResizeNearestNeighbor", "ResizeNearestNeighborGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    const resize = this.kind === "bilinear" ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor;
    return resize(x as tf.Tensor4D, [...this.size], this.alignCorners, this.halfPixelCenters);
  }
}

/** Where images come in: it knows of what channels. */
export class ImageInput extends Module {
  readonly channels: number;

  constructor(channels: number) {
    super();
    this.channels = channels;
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4 || x.shape[3] !== this.channels)
      throw this.shapeError(`[batch, height, width, ${this.channels}]`, xb, "The weights of its first layer are for these channels.");
    return x;
  }
}
