import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, numbers, runKernel, size, tensorOf, useWasm } from "./both-backends.ts";

type Quad = [number, number, number, number];
type Pad = "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
interface Case {
  x: Quad;
  filter: Quad;
  strides: [number, number];
  pad: Pad;
}

const smallPad = fc.tuple(fc.nat(2), fc.nat(2));
const explicitPad = fc.tuple(smallPad, smallPad).map(([top, left]): Pad => [[0, 0], top, left, [0, 0]]);
const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    x: fc.tuple(length(3), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), length(9)),
    window: fc.tuple(length(5), length(5)),
    out: length(18),
    strides: fc.tuple(length(3), length(3)),
    pad: fc.oneof(fc.constantFrom<Pad>("same", "valid"), explicitPad),
  })
  .map(({ x, window, out, strides, pad }) => ({ x, filter: [...window, x[3], out], strides, pad }));

/** Forward, and the gradients of both inputs for an upstream gradient without symmetry. */
function forwardAndGradients({ x, filter, strides, pad }: Case): tf.Tensor[] {
  const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, strides, pad);
  const [a, w] = [tensorOf(x, 1), tensorOf(filter, 2)];
  const y = conv(a, w);
  return [y, ...tf.grads((p, q) => conv(p as tf.Tensor, q as tf.Tensor))([a, w], tensorOf(y.shape, 3))];
}

/** The three results by loops in float64, with dilation, which tfjs's gradients refuse. */
function dilatedByLoops(x: Quad, filter: Quad, out: Quad, dilations: [number, number], pad: [number, number]): number[][] {
  const [data, weights, dy] = [numbers(size(x), 1), numbers(size(filter), 2), numbers(size(out), 3)];
  const [y, dw, dx] = [out, filter, x].map((shape) => new Array<number>(size(shape)).fill(0)) as [number[], number[], number[]];
  const [, height, width, ci] = x;
  const [kh, kw, , co] = filter;
  for (let o = 0; o < size(out); o++) {
    const [c, col, row, n] = [
      o % co,
      Math.floor(o / co) % out[2],
      Math.floor(o / co / out[2]) % out[1],
      Math.floor(o / co / out[2] / out[1]),
    ];
    for (let k = 0; k < kh * kw * ci; k++) {
      const h = row + Math.floor(k / ci / kw) * dilations[0] - pad[0];
      const w = col + (Math.floor(k / ci) % kw) * dilations[1] - pad[1];
      if (h < 0 || h >= height || w < 0 || w >= width) continue;
      const [i, j] = [((n * height + h) * width + w) * ci + (k % ci), k * co + c];
      y[o] = (y[o] ?? 0) + (data[i] ?? 0) * (weights[j] ?? 0);
      dw[j] = (dw[j] ?? 0) + (data[i] ?? 0) * (dy[o] ?? 0);
      dx[i] = (dx[i] ?? 0) + (weights[j] ?? 0) * (dy[o] ?? 0);
    }
  }
  return [y, dw, dx];
}

describe("conv2d on wasm", () => {
  before(useWasm);

  it("equals cpu, forward and both gradients, for any filter, stride and padding", async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, (one) => expectSameAsCpu(() => forwardAndGradients(one))),
      { numRuns: 60 },
    );
  });

  it("equals cpu over several chunks of columns and blocks of the product", async () => {
    const one: Case = { x: [3, 20, 20, 40], filter: [3, 3, 40, 33], strides: [1, 1], pad: "same" };
    await expectSameAsCpu(() => forwardAndGradients(one), 2e-6);
  }).timeout(20_000);

  it("equals cpu for 3x3 filters of stride 1 with channels enough for Winograd's tiles, of any size and padding", async () => {
    const channels = fc.constantFrom(16, 20, 24);
    const winograd: fc.Arbitrary<Case> = fc
      .record({
        batch: length(3),
        height: length(8),
        width: length(8),
        ci: channels,
        co: channels,
        pad: fc.oneof(explicitPad, fc.constant<Pad>("same")),
      })
      .map(({ batch, height, width, ci, co, pad }) => ({
        x: [batch, 2 + height, 2 + width, ci],
        filter: [3, 3, ci, co],
        strides: [1, 1],
        pad,
      }));
    await fc.assert(
      fc.asyncProperty(winograd, (one) => expectSameAsCpu(() => forwardAndGradients(one), 2e-6)),
      { numRuns: 40 },
    );
  });

  it("equals cpu over several chunks of Winograd's tiles", async () => {
    const one: Case = { x: [4, 32, 31, 20], filter: [3, 3, 20, 16], strides: [1, 1], pad: "same" };
    await expectSameAsCpu(() => forwardAndGradients(one), 2e-6);
  }).timeout(20_000);

  it("equals cpu for images of 2x2 pixels in a ring of padding, over several blocks of channels", async () => {
    const channels = fc.constantFrom(16, 20, 24);
    const images = fc.record({ batch: length(40), ci: channels, co: channels });
    const wide: [{ batch: number; ci: number; co: number }][] = [[{ batch: 7, ci: 420, co: 20 }], [{ batch: 7, ci: 20, co: 420 }]];
    await fc.assert(
      fc.asyncProperty(images, ({ batch, ci, co }) => {
        const one: Case = { x: [batch, 2, 2, ci], filter: [3, 3, ci, co], strides: [1, 1], pad: "same" };
        return expectSameAsCpu(() => forwardAndGradients(one), 2e-6);
      }),
      { numRuns: 12, examples: wide },
    );
  });

  it("carries a NaN of an image or a filter through Winograd's tiles, and no further than a tile", async () => {
    await useWasm();
    const [image, filter] = [numbers(6 * 8 * 16, 1), numbers(9 * 16 * 16, 2)];
    const conv = (x: ArrayLike<number>, w: ArrayLike<number>): number[] =>
      tf.tidy(() => [
        ...tf.conv2d(tf.tensor4d([...Array.from(x)], [1, 6, 8, 16]), tf.tensor4d([...Array.from(w)], [3, 3, 16, 16]), 1, "same").dataSync(),
      ]);
    const clean = conv(image, filter);
    const dirty = conv(
      image.map((v, i) => (i === 0 ? NaN : v)),
      filter,
    );
    for (let pixel = 0; pixel < 48; pixel++) {
      const [row, column] = [Math.floor(pixel / 8), pixel % 8];
      const values = dirty.slice(16 * pixel, 16 * (pixel + 1));
      if (row < 2 && column < 2) expect(values.every(Number.isNaN), `pixel ${row}, ${column}`).to.equal(true);
      else expect(values).to.deep.equal(clean.slice(16 * pixel, 16 * (pixel + 1)));
    }
    expect(
      conv(
        image,
        filter.map((v, i) => (i === 4 * 256 ? NaN : v)),
      ).filter(Number.isNaN),
    ).to.have.lengthOf(48);
  });

  it("equals cpu for a pointwise filter", () =>
    expectSameAsCpu(() => forwardAndGradients({ x: [2, 6, 7, 5], filter: [1, 1, 5, 9], strides: [1, 1], pad: "valid" })));

  it("dilates, with any padding, in all three kernels", () => {
    const dilation = fc.tuple(length(3), length(3));
    fc.assert(
      fc.property(dilation, smallPad, length(5), length(6), (dilations, pad, ci, co) => {
        const [x, filter]: [Quad, Quad] = [
          [2, 9, 8, ci],
          [3, 2, ci, co],
        ];
        const out: Quad = [2, 9 + 2 * pad[0] - 2 * dilations[0], 8 + 2 * pad[1] - dilations[1], co];
        const attrs = {
          strides: 1,
          dilations,
          pad: [
            [0, 0],
            [pad[0], pad[0]],
            [pad[1], pad[1]],
            [0, 0],
          ],
          dataFormat: "NHWC",
        };
        const expected = dilatedByLoops(x, filter, out, dilations, pad);
        tf.tidy(() => {
          const [a, w, dy] = [tensorOf(x, 1), tensorOf(filter, 2), tensorOf(out, 3)];
          const actual = [
            ...runKernel("Conv2D", { x: a, filter: w }, attrs),
            ...runKernel("Conv2DBackpropFilter", { x: a, dy }, { ...attrs, filterShape: filter }),
            ...runKernel("Conv2DBackpropInput", { dy, filter: w }, { ...attrs, inputShape: x }),
          ];
          actual.forEach((t, i) => expectClose(t.dataSync(), expected[i] ?? [], 1e-5, `kernel ${i}`));
        });
      }),
      { numRuns: 30 },
    );
  });
});
