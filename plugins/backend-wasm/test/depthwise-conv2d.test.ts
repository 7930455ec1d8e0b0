import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, numbers, runKernel, size, tensorOf, useWasm } from "./both-backends.ts";

type Quad = [number, number, number, number];
const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** The output and both gradients by loops in float64. */
function byLoops(x: Quad, filter: Quad, out: Quad, stride: number, dilation: number, pad: number): [number[], number[], number[]] {
  const [data, weights, dy] = [numbers(size(x), 1), numbers(size(filter), 2), numbers(size(out), 3)];
  const [y, dw, dx] = [out, filter, x].map((shape) => new Array<number>(size(shape)).fill(0)) as [number[], number[], number[]];
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
      y[o] = (y[o] ?? 0) + (data[i] ?? 0) * (weights[j] ?? 0);
      dw[j] = (dw[j] ?? 0) + (data[i] ?? 0) * (dy[o] ?? 0);
      dx[i] = (dx[i] ?? 0) + (weights[j] ?? 0) * (dy[o] ?? 0);
    }
  }
  return [y, dw, dx];
}

describe("depthwise conv2d on wasm", () => {
  before(useWasm);

  it("strides over more than the filter covers, where tfjs's kernel leaves zeros", () =>
    expectSameAsCpu(() => [
      tf.depthwiseConv2d(tensorOf([2, 6, 7, 9], 1) as tf.Tensor4D, tensorOf([1, 4, 9, 1], 2) as tf.Tensor4D, 2, "same"),
    ]));

  it("equals cpu, forward and through tf.grads", async () => {
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
          const y = conv(a, w);
          return [y, ...tf.grads((p, q) => conv(p as tf.Tensor, q as tf.Tensor))([a, w], tensorOf(y.shape, 3))];
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
        // Not as a number: tfjs would compute the width as if the filter were square.
        const pads = [[0, 0], [pad, pad], [pad, pad], [0, 0]]; // prettier-ignore
        const attrs = { strides: stride, dilations: dilation, pad: pads };
        const [y, dw, dx] = byLoops(x, filter, out, stride, dilation, pad);
        tf.tidy(() => {
          const [a, w, dy] = [tensorOf(x, 1), tensorOf(filter, 2), tensorOf(out, 3)];
          const [forward] = runKernel("DepthwiseConv2dNative", { x: a, filter: w }, attrs);
          const [filterGrad] = runKernel("DepthwiseConv2dNativeBackpropFilter", { x: a, dy }, { ...attrs, filterShape: filter });
          const [inputGrad] = runKernel("DepthwiseConv2dNativeBackpropInput", { dy, filter: w }, { ...attrs, inputShape: x });
          expectClose(forward?.dataSync() ?? [], y, 1e-5, "output");
          expectClose(filterGrad?.dataSync() ?? [], dw, 1e-5, "filter");
          expectClose(inputGrad?.dataSync() ?? [], dx, 1e-5, "input");
        });
      }),
      { numRuns: 40 },
    );
  });
});
