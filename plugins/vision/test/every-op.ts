import { ints, SavedGraph, text, texts } from "./saved-graph.ts";

export const conv = (stride: number, padding: string, dilation: number = 1) => ({
  data_format: text("NHWC"),
  padding: text(padding),
  strides: ints(1, stride, stride, 1),
  dilations: ints(1, dilation, dilation, 1),
});

/** Numbers that differ, of a size for products of several. */
export const waves = (n: number, scale: number = 0.3): readonly number[] =>
  Array.from({ length: n }, (_, i) => Math.sin(i * 1.7 + n) * scale);

/** Every op that is read, and a second branch that is not. */
export function everyOp(): SavedGraph {
  const g = new SavedGraph([-1, 12, 12, 3]);
  const w = (name: string, ...shape: number[]): string => g.values(name, shape, waves(shape.reduce((a, b) => a * b, 1)));
  const positive = (name: string, n: number): string =>
    g.values(
      name,
      [n],
      waves(n).map((v) => 1 + v),
    );
  g.node("Mul", "scaled", ["input", g.values("two", [], [2])]);
  g.node("Sub", "centred", [g.values("one", [], [1]), "scaled"]);
  g.node("Conv2D", "conv", ["centred", w("conv/kernel", 3, 3, 3, 8)], conv(2, "SAME"));
  g.node("Identity", "read", [w("conv/bias", 8)]);
  g.node("BiasAdd", "biased", ["conv", "read"]);
  g.node("FusedBatchNormV3", "normed", ["biased", w("gamma", 8), w("beta", 8), w("mean", 8), positive("variance", 8)], {
    epsilon: { f: 0.01 },
    is_training: { b: false },
  });
  g.node("LeakyRelu", "leaky", ["normed:0", "^input"], { alpha: { f: 0.1 } });
  g.node("DepthwiseConv2dNative", "depthwise", ["leaky", w("depthwise/kernel", 3, 3, 8, 2)], conv(1, "VALID"));
  g.node("FusedDepthwiseConv2dNative", "filtered", ["depthwise", w("filtered/kernel", 3, 3, 16, 1), w("filtered/bias", 16)], {
    ...conv(1, "SAME", 2),
    num_args: { i: "1" },
    fused_ops: texts("BiasAdd", "Relu6"),
  });
  g.node("_FusedConv2D", "tall", ["depthwise", w("tall/kernel", 3, 1, 16, 16), w("tall/bias", 16)], {
    ...conv(1, "SAME"),
    num_args: { i: "1" },
    fused_ops: texts("BiasAdd", "Elu"),
  });
  g.node("Conv2D", "shifted", ["depthwise", w("shifted/kernel", 2, 2, 16, 16)], {
    ...conv(1, "EXPLICIT"),
    explicit_paddings: ints(0, 0, 0, 1, 1, 0, 0, 0),
  });
  g.node("AddN", "sum", ["filtered", "tall", "shifted"]);
  g.node("Mean", "squeezed", ["sum", g.values("axes", [2], [1, 2], "int32")], { keep_dims: { b: true } });
  g.node("AddV2", "three", ["squeezed", g.values("3", [1], [3])]);
  g.node("Relu6", "hard", ["three"]);
  g.node("RealDiv", "gate", ["hard", g.values("6", [], [6])]);
  g.node("Mul", "gated", ["sum", "gate"]);
  g.node("MaxPool", "pooled", ["gated"], { ...conv(1, "SAME"), ksize: ints(1, 2, 2, 1) });
  g.node("Maximum", "higher", ["pooled", w("floor", 16)]);
  g.node("ConcatV2", "both", ["higher", "gated", g.values("axis", [], [-1], "int32")]);
  g.node("Pad", "padded", ["both", g.values("paddings", [4, 2], [0, 0, 1, 0, 0, 2, 0, 0], "int32")]);
  g.node("ResizeNearestNeighbor", "larger", ["padded", g.values("size", [2], [9, 7], "int32")]);
  g.node("AvgPool", "averaged", ["larger"], { ...conv(2, "VALID"), ksize: ints(1, 2, 2, 1) });
  g.node("Softplus", "soft", ["averaged"]);
  g.node("Rsqrt", "root", ["soft"]);
  g.node("Tanh", "bounded", ["root"]);
  g.node("Mean", "flat", ["bounded", g.values("axes2", [2], [1, 2], "int32")]);
  g.node("_FusedMatMul", "hidden", ["flat", w("hidden/kernel", 5, 32), w("hidden/bias", 5)], {
    transpose_b: { b: true },
    num_args: { i: "1" },
    fused_ops: texts("BiasAdd", "Sigmoid"),
  });
  g.node("MatMul", "logits", ["hidden", w("logits/kernel", 5, 4)]);
  g.node("Softmax", "chances", ["logits"]);
  g.node("Reshape", "out", ["chances", g.values("shape", [2], [-1, 4], "int32")]);
  return g;
}
