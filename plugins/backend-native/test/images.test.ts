import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expectSame, makeNative, runKernel, tensorOf, useNative, useWasm } from "./native.ts";

const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const axis = (n: number): number[] => Array.from({ length: n }, (_, i) => (2 * i + 1) / n - 1);

const images = fc
  .record({
    x: fc.tuple(length(4), length(9), length(9), length(5)),
    size: fc.tuple(length(9), length(9)),
    padMode: fc.constantFrom("zeros", "border", "reflection"),
    alignCorners: fc.boolean(),
  })
  .map(({ x, size: [height, width], padMode, alignCorners }) => (): tf.Tensor[] => {
    const fractions = tf.clipByValue(tf.add(tf.mul(tensorOf(x, 1), 0.5), 0.5), 0, 1);
    const turned = tf.mul(tensorOf([x[0], 3, 3], 2), [[0.9], [0.9], [0.1]]);
    const maps = tf.add(turned, [
      [
        [0.5, 0, 0],
        [0, 0.5, 0],
        [0, 0, 1],
      ],
    ]);
    const attrs = { height, width, mode: "bilinear", padMode, alignCorners, xs: axis(width), ys: axis(height) };
    const factors = tf.mul(tensorOf([x[0], 3], 3), x[3] === 3 ? 1 : [1, 0, 1]);
    return [...runKernel("FastapGridSample", { x: fractions, maps }, attrs), ...runKernel("FastapLighting", { x: fractions, factors }, {})];
  });

describe("kernels of images on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("look at images, and light them, as wasm", async () => {
    const use = async (): Promise<void> => (await makeNative()).activate();
    await fc.assert(
      fc.asyncProperty(images, (kernel) => expectSame(kernel, useWasm, use, 1e-4)),
      { numRuns: 40 },
    );
  });
});
