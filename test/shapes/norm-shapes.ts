import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { wave, withGradients } from "./shape-case.ts";
import type { ShapeCase } from "./shape-case.ts";
import { upTo } from "./windows.ts";

/** `[batch, …, channels]` of rank 2 to 5. */
const shape = (channels: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.array(upTo(6), { maxLength: 3 }), upTo(channels))
    .map(([n, between, c]) => [n, ...between, c]);

/** Numbers behind a mean, at least: of one, the variance is 0, and of two or three, the gradient of `x` is nothing but rounding. */
const LEAST = 4;

const batchNorm = shape(70)
  .filter((sizes) => sizes.slice(0, -1).reduce((a, b) => a * b, 1) >= LEAST)
  .map((sizes): ShapeCase => {
    const channels = [sizes.at(-1) ?? 1];
    return {
      op: "batchNormTrain",
      drawn: sizes,
      compute: (engine) =>
        withGradients(
          (x, gamma, beta) => engine.ops.batchNormTrain(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor, 1e-5) as tf.Tensor,
          ...[wave(sizes, 1), wave(channels, 2), wave(channels, 3)],
        ),
    };
  });

/** Layer norm (1 group), instance norm (a group per channel) and all between. */
const groupNorm = fc
  .tuple(shape(9), fc.integer({ min: 1, max: 8 }))
  .map(([sizes, groups]) => ({ sizes: [...sizes.slice(0, -1), (sizes.at(-1) ?? 1) * groups], groups }))
  .filter(({ sizes, groups }) => sizes.slice(1).reduce((a, b) => a * b, 1) / groups >= LEAST)
  .map((one): ShapeCase => {
    const channels = [one.sizes.at(-1) ?? 1];
    return {
      op: "groupNorm",
      drawn: one,
      compute: (engine) =>
        withGradients(
          (x, gamma, beta) => engine.ops.groupNorm(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor, one.groups, 1e-5) as tf.Tensor,
          ...[wave(one.sizes, 1), wave(channels, 2), wave(channels, 3)],
        ),
    };
  });

export const normShapes: fc.Arbitrary<ShapeCase> = fc.oneof(batchNorm, groupNorm);
