import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { wave, withGradients } from "./shape-case.ts";
import type { ShapeCase } from "./shape-case.ts";
import { upTo } from "./windows.ts";

/** Mostly small, now and then over several blocks of the kernels. */
const side = fc.oneof({ weight: 8, arbitrary: upTo(40) }, { weight: 1, arbitrary: upTo(300) });
/** Lengths of the batch axes of both operands: equal, or one of them 1. */
const batch: fc.Arbitrary<readonly (readonly [number, number])[]> = fc.oneof(
  fc.constant([]),
  fc.array(
    fc.oneof(
      upTo(3).map((n) => [n, n] as const),
      upTo(3).map((n) => [n, 1] as const),
      upTo(3).map((n) => [1, n] as const),
    ),
    { minLength: 1, maxLength: 2 },
  ),
);

export const productShapes: fc.Arbitrary<ShapeCase> = fc
  .record({ batch, rows: side, depth: side, columns: side, transposeA: fc.boolean(), transposeB: fc.boolean() })
  .map((one): ShapeCase => {
    const { rows, depth, columns, transposeA, transposeB } = one;
    const lengths = (which: 0 | 1): number[] => one.batch.map((both) => both[which]);
    const a = [...lengths(0), ...(transposeA ? [depth, rows] : [rows, depth])];
    const b = [...lengths(1), ...(transposeB ? [columns, depth] : [depth, columns])];
    const product = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => tf.matMul(p, q, transposeA, transposeB);
    const inputs = (): [tf.Tensor, tf.Tensor] => [wave(a, 1), wave(b, 2)];
    if (one.batch.every(([p, q]) => p === q)) {
      return { op: "matMul", drawn: one, compute: () => withGradients(product, ...inputs()) };
    }
    const full = one.batch.map((both) => Math.max(...both));
    return {
      op: "matMul, broadcast",
      drawn: one,
      // tfjs has no gradient for this, and its cpu kernel takes the wrong matrices where several axes are broadcast.
      compute: () => [product(...inputs())],
      reference: () => [product(...(inputs().map((t) => tf.broadcastTo(t, [...full, ...t.shape.slice(-2)])) as [tf.Tensor, tf.Tensor]))],
    };
  });
