import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { wave, withGradients } from "./shape-case.ts";
import type { ShapeCase } from "./shape-case.ts";
import { anyPad, holds, image, pair } from "./windows.ts";
import type { Pad, Pair } from "./windows.ts";

/** Padding of less than the window: a window of padding alone has no maximum. */
const smaller = (pad: Pad, filter: Pair): boolean =>
  typeof pad === "string" || ([1, 2] as const).every((axis) => Math.max(...pad[axis]) < filter[(axis - 1) as 0 | 1]);

export const poolShapes: fc.Arbitrary<ShapeCase> = fc
  .record({ x: image(20), filter: pair(4), strides: pair(3), pad: anyPad, kind: fc.constantFrom("maxPool", "avgPool") })
  .filter((one) => holds(one) && smaller(one.pad, one.filter))
  .map((one): ShapeCase => {
    const { x, filter, strides, pad, kind } = one;
    const op = kind === "maxPool" ? tf.maxPool : tf.avgPool;
    const pool = (a: tf.Tensor): tf.Tensor => op(a as tf.Tensor4D, filter, strides, pad);
    return { op: kind, drawn: one, compute: () => withGradients(pool, wave(x, 1)) };
  });
