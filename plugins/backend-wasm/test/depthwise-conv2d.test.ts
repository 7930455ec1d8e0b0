import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, numbers, runKernel, size, tensorOf, useWasm } from "./both-backends.ts";

type Quad = [number, number, number, number];
const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** Both gradients by loops in float64. */
function gradientsByLoops(x: Quad, filter: Quad, out: Quad, stride: number, dilation: number, pad: number): [number[], number[]] {
  const [data, weights, dy] = [numbers(size(x), 1), numbers(size(filter), 2), numbers(size(out), 3)];
  const [dw, dx] = [new Array<number>(size(filter)).fill(0), new Array<number>(size(x)).fill(0)];
  const [, height, width, ci] = x;
  const [kh, kw, , multiplier] = filter;
  const co = ci * multiplier;
  for (let o = 0; o < size(out); o++) {
    const [d, col, row, n] = [
      o % co,
      Math.floor(o / co) % out[2],
      Math.floor(o / co / out[2]) % out[1],
      Math.floor(o / co / out[2] / out[1]),
    ];
    for (let k = 0; k < kh * kw; k++) {
      const h = row * stride + Math.floor(k / kw) * dilation - pad;
      const w = col * stride + (k % kw) * dilation - pad;
      if (h < 0 || h >= height || w < 0 || w >= width) continue;
      const [i, j] = [((n * height + h) * width + w) * ci + Math.floor(d / multiplier), k * co + d];
      dw[j] = (dw[j] ?? 0) + (data[i] ?? 0) * (dy[o] ?? 0);
      dx[i] = (dx[i] ?? 0) + (weights[j] ?? 0) * (dy[o] ?? 0);
    }
  }
  return [dw, dx];
}

describe("depthwise conv2d on wasm", () => {
  before(useWasm);

  it("equals cpu through tf.grads", async () => {
    const anyCase = fc.record({
      x: fc.tuple(length(2), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), length(9)),
      window: fc.tuple(length(4), length(4)),
      multiplier: length(3),
      stride: length(3),
      pad: fc.constantFrom<"same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]]>(
        "same",
        "valid",
        [[0, 0], [0, 1], [2, 0], [0, 0]], // prettier-ignore
      ),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, ({ x, window, multiplier, stride, pad }) =>
        expectSameAsCpu(() => {
          const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.depthwiseConv2d(a as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
          const [a, w] = [tensorOf(x, 1), tensorOf([...window, x[3], multiplier], 2)];
          return tf.grads((p, q) => conv(p as tf.Tensor, q as tf.Tensor))([a, w], tensorOf(conv(a, w).shape, 3));
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("dilates and multiplies channels as loops do", () => {
    fc.assert(
      fc.property(length(2), length(3), fc.nat(3), length(6), length(3), (stride, dilation, pad, ci, multiplier) => {
        const [x, filter]: [Quad, Quad] = [
          [2, 9, 8, ci],
          [3, 2, ci, multiplier],
        ];
        const height = Math.floor((9 + 2 * pad - 2 * dilation - 1) / stride) + 1;
        const width = Math.floor((8 + 2 * pad - dilation - 1) / stride) + 1;
        const out: Quad = [2, height, width, ci * multiplier];
        const attrs = { strides: stride, dilations: dilation, pad };
        const [dw, dx] = gradientsByLoops(x, filter, out, stride, dilation, pad);
        tf.tidy(() => {
          const [a, w, dy] = [tensorOf(x, 1), tensorOf(filter, 2), tensorOf(out, 3)];
          const [filterGrad] = runKernel("DepthwiseConv2dNativeBackpropFilter", { x: a, dy }, { ...attrs, filterShape: filter });
          const [inputGrad] = runKernel("DepthwiseConv2dNativeBackpropInput", { dy, filter: w }, { ...attrs, inputShape: x });
          expectClose(filterGrad?.dataSync() ?? [], dw, 1e-5, "filter");
          expectClose(inputGrad?.dataSync() ?? [], dx, 1e-5, "input");
        });
      }),
      { numRuns: 40 },
    );
  });
});
