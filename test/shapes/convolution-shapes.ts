import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { anyPad, between, holds, image, pair, upTo } from "./windows.ts";
import type { Pad, Pair, Quad } from "./windows.ts";
import { runKernel, wave, withGradients } from "./shape-case.ts";
import type { ShapeCase } from "./shape-case.ts";

interface Drawn {
  readonly x: Quad;
  readonly filter: Pair;
  /** Output channels, or of a depthwise convolution the multiplier. */
  readonly out: number;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: Pad;
}

const drawn = (channels: number, out: number): fc.Arbitrary<Drawn> =>
  fc.record({ x: image(channels), filter: pair(7), out: upTo(out), strides: pair(3), dilations: pair(3), pad: anyPad }).filter(holds);

/** The filter's numbers with zeros between them, and back: tfjs's cpu kernels know no dilation in gradients. */
function spread(filter: tf.Tensor, [down, right]: Pair): tf.Tensor {
  const [height, width, a, b] = filter.shape as Quad;
  const cells = tf.reshape(filter, [height, 1, width, 1, a, b]);
  const padded = tf.pad(cells, [[0, 0], [0, down - 1], [0, 0], [0, right - 1], [0, 0], [0, 0]]); // prettier-ignore
  return tf.slice(tf.reshape(padded, [height * down, width * right, a, b]), 0, reach([height, width, a, b], [down, right]));
}

function reach([height, width, a, b]: Quad, [down, right]: Pair): Quad {
  return [(height - 1) * down + 1, (width - 1) * right + 1, a, b];
}

function gathered(spreadGrad: tf.Tensor, [down, right]: Pair): tf.Tensor {
  const { shape } = spreadGrad;
  return tf.stridedSlice(spreadGrad, shape.map(() => 0), shape, [down, right, 1, 1]); // prettier-ignore
}

interface Kernels {
  readonly forward: string;
  readonly filterGrad: string;
  readonly inputGrad: string;
}

function byKernels({ forward, filterGrad, inputGrad }: Kernels, x: tf.Tensor, filter: tf.Tensor, attrs: object): tf.Tensor[] {
  const y = runKernel(forward, { x, filter }, attrs);
  const dy = wave(y.shape, 9);
  return [
    y,
    runKernel(inputGrad, { dy, filter }, { ...attrs, inputShape: x.shape }),
    runKernel(filterGrad, { x, dy }, { ...attrs, filterShape: filter.shape }),
  ];
}

function convolution(op: string, kernels: Kernels, one: Drawn): ShapeCase {
  const { x, filter, out, strides, dilations, pad } = one;
  const attrs = { strides, pad, dataFormat: "NHWC" };
  const inputs = (): [tf.Tensor, tf.Tensor] => [wave(x, 1), wave([...filter, x[3], out], 2)];
  return {
    op,
    drawn: one,
    compute: () => byKernels(kernels, ...inputs(), { ...attrs, dilations }),
    reference() {
      const [image, weights] = inputs();
      const [y, dx, dw] = byKernels(kernels, image, spread(weights, dilations), { ...attrs, dilations: 1 }) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      return [y, dx, gathered(dw, dilations)];
    },
  };
}

const CONV2D = { forward: "Conv2D", filterGrad: "Conv2DBackpropFilter", inputGrad: "Conv2DBackpropInput" };
const conv2d = drawn(24, 40).map((one) => convolution("conv2d", CONV2D, one));

/** What most layers are, and has a way of its own through some kernels (Winograd's): 3 x 3, stride 1, many channels, more than a few pixels. */
const common = fc
  .record({ batch: upTo(4), sides: fc.tuple(between(7, 16), between(7, 16)), ni: between(12, 40), nf: between(12, 48), pad: anyPad })
  .map(({ batch, sides, ni, nf, pad }): ShapeCase => {
    const one: Drawn = { x: [batch, ...sides, ni], filter: [3, 3], out: nf, strides: [1, 1], dilations: [1, 1], pad };
    return convolution("conv2d, 3 x 3", CONV2D, one);
  });

const DEPTHWISE = "DepthwiseConv2dNative";
const depthwise = drawn(24, 4).map((one) =>
  convolution(
    "depthwiseConv2d",
    { forward: DEPTHWISE, filterGrad: `${DEPTHWISE}BackpropFilter`, inputGrad: `${DEPTHWISE}BackpropInput` },
    one,
  ),
);

/** The same through the tape. */
const taped = drawn(9, 9)
  .map((one) => ({ ...one, dilations: [1, 1] as Pair }))
  .map((one): ShapeCase => {
    const { x, filter, out, strides, pad } = one;
    const conv = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
    return { op: "conv2d, taped", drawn: one, compute: () => withGradients(conv, wave(x, 1), wave([...filter, x[3], out], 2)) };
  });

/** Pads that conv2dTranspose takes, of an output that the input could come from. */
const transposed = fc
  .record({ x: image(16), filter: pair(5), out: upTo(16), strides: pair(3), pad: fc.constantFrom<"same" | "valid">("same", "valid") })
  .map((one): ShapeCase => {
    const { x, filter, out, strides, pad } = one;
    const size = ([1, 2] as const).map((axis, i) => {
      const stride = strides[i] ?? 1;
      const n = x[axis];
      return pad === "same" ? n * stride : (n - 1) * stride + (filter[i] ?? 1);
    });
    const shape = [x[0], ...size, out] as Quad;
    const conv = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, shape, strides, pad);
    return { op: "conv2dTranspose", drawn: one, compute: () => withGradients(conv, wave(x, 1), wave([...filter, out, x[3]], 2)) };
  });

export const convolutionShapes: fc.Arbitrary<ShapeCase> = fc.oneof(
  { weight: 4, arbitrary: conv2d },
  { weight: 1, arbitrary: common },
  { weight: 3, arbitrary: depthwise },
  { weight: 2, arbitrary: taped },
  { weight: 1, arbitrary: transposed },
);
