import type { Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { add, broadcast_util, broadcastTo, concat, div, maximum, minimum, mul, sub } from "@tensorflow/tfjs-core";
import type { ImageShape } from "../models/shape-after.ts";

export type Binary = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";

/** What two tensors become, and the kernels that it and its gradient run. */
export interface BinaryOp {
  readonly run: (a: Tensor, b: Tensor) => Tensor;
  readonly ops: readonly string[];
}

export const BINARY: Readonly<Record<Binary, BinaryOp>> = {
  add: { run: add, ops: ["Add"] },
  subtract: { run: sub, ops: ["Sub", "Neg"] },
  multiply: { run: mul, ops: ["Multiply"] },
  divide: { run: div, ops: ["RealDiv", "Multiply", "Square", "Neg"] },
  maximum: { run: (a, b) => maximum(...alike(a, b)), ops: ["Maximum", "Tile", "GreaterEqual", "Less", "Cast", "Multiply"] },
  minimum: { run: (a, b) => minimum(...alike(a, b)), ops: ["Minimum", "Tile", "LessEqual", "Greater", "Cast", "Multiply"] },
};

/** tfjs's gradients of maximum and minimum do not fit operands that were broadcast, so that is done before. */
function alike(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return [broadcastTo(a, shape), broadcastTo(b, shape)];
}

/** Several inputs as one; of other shapes where they broadcast. @source keras.layers.Add, Multiply, Concatenate */
export class Joined extends Module {
  readonly kind: Binary | "concatenate";

  constructor(kind: Binary | "concatenate") {
    super();
    this.kind = kind;
  }

  /** What it makes of several images. */
  join(shapes: readonly [ImageShape, ...ImageShape[]]): ImageShape {
    const most = (of: keyof ImageShape): number => Math.max(...shapes.map((shape) => shape[of]));
    const sum = shapes.reduce((channels, shape) => channels + shape.channels, 0);
    return { channels: this.kind === "concatenate" ? sum : most("channels"), height: most("height"), width: most("width") };
  }

  protected override ops(): readonly string[] {
    return [...(this.kind === "concatenate" ? ["Concat", "Slice"] : BINARY[this.kind].ops), "Sum"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [first, ...others] = xb;
    if (first === undefined) throw this.shapeError("at least one tensor", xb);
    if (this.kind === "concatenate") return concat([...xb], -1);
    const { run } = BINARY[this.kind];
    return others.reduce<Tensor>((sum, x) => run(sum, x), first);
  }
}
