import type { Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { pad, reshape, softmax } from "@tensorflow/tfjs-core";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";

/** `[batch, …]` → `[batch, features]`, channels fastest, as Keras has it. @source keras.layers.Flatten */
export class Flattened extends Module implements Reshaping {
  after({ channels, height, width }: ImageShape): ImageShape {
    return { channels: channels * height * width, height: 1, width: 1 };
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return reshape(x, [x.shape[0] ?? 0, -1]);
  }
}

/** Over the last axis. @source keras.layers.Softmax */
export class Softmax extends Module {
  protected override ops(): readonly string[] {
    return ["Softmax"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return softmax(x);
  }
}

/** Zeros around. @source keras.layers.ZeroPadding2D */
export class ZeroPad extends Module implements Reshaping {
  readonly rows: [number, number];
  readonly columns: [number, number];

  /** A number, or one or two for rows and for columns. */
  constructor(padding: unknown) {
    super();
    const [rows, columns] = Array.isArray(padding) ? padding : [padding, padding];
    [this.rows, this.columns] = [pairOf(rows), pairOf(columns)];
  }

  after(shape: ImageShape): ImageShape {
    const sum = ([a, b]: readonly [number, number]): number => a + b;
    return { ...shape, height: shape.height + sum(this.rows), width: shape.width + sum(this.columns) };
  }

  protected override ops(): readonly string[] {
    return ["PadV2", "Slice"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    return pad(x, [[0, 0], this.rows, this.columns, [0, 0]]);
  }
}

function pairOf(value: unknown): [number, number] {
  const [a, b = a] = Array.isArray(value) ? value : [value];
  return [Number(a), Number(b)];
}
