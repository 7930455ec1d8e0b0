import { backend_util } from "@tensorflow/tfjs-core";
import type { Conv2DAttrs, Conv2DBackpropInputAttrs, KernelFunc, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { tensorsOf } from "./script-kernel.ts";

type InputGradAttrs = Conv2DBackpropInputAttrs & Pick<Conv2DAttrs, "dilations">;
type Rule = (inputs: readonly TensorInfo[], attrs: NamedAttrMap) => boolean;

const always: Rule = () => true;
const strings: Rule = (inputs) => inputs.some(({ dtype }) => dtype === "string");
const complex: Rule = (inputs) => inputs.some(({ dtype }) => dtype === "complex64");
const bool: Rule = (inputs) => inputs.some(({ dtype }) => dtype === "bool");
const empty: Rule = (inputs) => inputs.some(({ shape }) => shape.includes(0));
const notFloat: Rule = (inputs) => inputs.some(({ dtype }) => dtype !== "float32");

/** tfjs's transposed convolution uses no more of `dy` than a convolution of that input could give. */
function oversized([dy, filter]: readonly TensorInfo[], attrs: NamedAttrMap): boolean {
  if (dy === undefined || filter === undefined || attrs["dataFormat"] === "NCHW") return false;
  const { inputShape, strides, pad, dilations } = attrs as unknown as InputGradAttrs;
  const shape = filter.shape as [number, number, number, number];
  const { outHeight, outWidth } = backend_util.computeConv2DInfo(inputShape, shape, strides, dilations ?? 1, pad, "ceil");
  return (dy.shape[1] ?? 0) > outHeight || (dy.shape[2] ?? 0) > outWidth;
}

/** Images as `[batch, channels, height, width]`. */
const channelsFirst: Rule = (_, { dataFormat }) => dataFormat === "NCHW";

/** A slope that is not one number, nor one for each position of the last axes. */
const scattered: Rule = ([x, alpha]) => {
  const lengths = alpha?.shape ?? [];
  const slopes = lengths.filter((_, i) => lengths.slice(0, i + 1).some((length) => length !== 1));
  return slopes.some((length, i) => length !== x?.shape.at(i - slopes.length));
};

/** Windows that lie in the padding altogether. */
const emptyWindows: Rule = (_, { pad, filterSize }) =>
  typeof pad === "number" && pad >= Math.min(...[filterSize as number | number[]].flat());

/** Their stock kernels compute float32 and write nothing, or the bits of floats, for other types. */
const unary = [
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Elu", "Erf", "Exp", "Expm1", "Floor", "IsFinite"],
  ...["IsInf", "IsNan", "LeakyRelu", "Log", "Log1p", "Neg", "Reciprocal", "Relu", "Relu6", "Round", "Rsqrt", "Selu", "Sigmoid", "Sign"],
  ...["Sin", "Sinh", "Softplus", "Sqrt", "Square", "Step", "Tan", "Tanh"],
];

/** Names of kernels, and which of their calls run as plain JavaScript. */
const delegations: readonly (readonly [names: readonly string[], rule: Rule])[] = [
  [["Complex", "ComplexAbs", "Real", "Imag", "FFT", "IFFT"], always],
  [["RaggedGather", "RaggedRange", "RaggedTensorToTensor", "StaticRegexReplace", "Draw"], always],
  [["Add", "Sub", "Multiply", "Concat", "OnesLike", "ZerosLike", "Cast"], complex],
  [["Cast"], (_, { dtype }) => dtype === "complex64" || dtype === "bool"],
  [["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "Slice", "Tile", "SparseToDense"], strings],
  [["Fill"], (_, { value }) => typeof value === "string"],
  [["BatchMatMul", "ClipByValue", "AvgPool", "MaxPool"], notFloat],
  [[...unary, "StridedSlice", "ResizeNearestNeighbor"], notFloat],
  [["Reverse", "TopK", "Cumsum", "Cumprod", "Select"], bool],
  [["Mod", "Pow", "RealDiv", "FloorDiv", "Atan2"], notFloat],
  [["Prelu", "Sum", "Mean", "Max", "Min", "Prod", "All", "Any", "ArgMax", "ArgMin"], empty],
  [["Prelu"], (inputs, attrs) => notFloat(inputs, attrs) || scattered(inputs, attrs)],
  [["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"], channelsFirst],
  [["Conv2DBackpropInput"], oversized],
  [["AvgPool", "MaxPool"], emptyWindows],
  [["Bincount"], ([x]) => x?.shape.length !== 1],
  [["OneHot"], (_, { dtype }) => dtype !== "int32"],
];

/** Stock kernels that lose a NaN of their second operand: what no kernel of ours takes runs as plain JavaScript instead. */
export const unsoundKernels: readonly string[] = ["Maximum", "Minimum"];

/** For every kernel that has one: whether a call runs as plain JavaScript. */
export const delegationRules: ReadonlyMap<string, Rule> = delegations
  .flatMap(([names, rule]) => names.map((name) => [name, rule] as const))
  .reduce((rules, [name, rule]) => {
    const other = rules.get(name);
    return rules.set(name, other === undefined ? rule : (inputs, attrs) => other(inputs, attrs) || rule(inputs, attrs));
  }, new Map<string, Rule>());

/** A kernel that runs the script where the rule holds and the other where not. */
export function delegated(rule: Rule, script: KernelFunc, other: KernelFunc = script): KernelFunc {
  return (call) => (rule(tensorsOf(call.inputs), (call.attrs ?? {}) as NamedAttrMap) ? script(call) : other(call));
}
