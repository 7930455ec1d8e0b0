import type { StoredTensor } from "@fastap/kernel";
import { Conv } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { convKernel, depthwiseKernel } from "../weights/tensorflow-kernel.ts";
import type { TfjsTensor } from "../weights/tfjs-file.ts";
import type { MadeLayer } from "./made-layer.ts";
import { storedFloats } from "./made-layer.ts";
import { PlaneConv } from "./plane-conv.ts";
import type { Pair, PlanePadding } from "./plane-conv.ts";

export interface TensorflowConv {
  /** `[height, width, in, out]`, or `[height, width, channels, multiplier]`. */
  readonly kernel: TfjsTensor;
  readonly bias?: TfjsTensor | undefined;
  readonly isDepthwise: boolean;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly padding: PlanePadding;
}

/** A convolution of TensorFlow's, as ours where one number says each of its settings. Undefined where dilation meets unequal axes. */
export function makeConv(conv: TensorflowConv): MadeLayer | undefined {
  const module = square(conv) ?? plane(conv);
  if (module === undefined) return undefined;
  const { kernel, bias, isDepthwise } = conv;
  const weight: StoredTensor = (isDepthwise ? depthwiseKernel : convKernel)(kernel.data, kernel.shape);
  return { module, state: { weight, ...storedFloats({ bias }) } };
}

function square({ kernel, bias, isDepthwise, strides, dilations, padding }: TensorflowConv): Module | undefined {
  const [height, width, ni = 1, second = 1] = kernel.shape;
  const pad = paddingOf(padding);
  const isSquare = height === width && strides[0] === strides[1] && dilations[0] === dilations[1];
  if (!isSquare || pad === undefined) return undefined;
  const shape = { stride: strides[0], dilation: dilations[0], padding: pad, groups: isDepthwise ? ni : 1, bias: bias !== undefined };
  return new Conv(ni, isDepthwise ? ni * second : second, height ?? 1, shape);
}

function plane({ kernel, bias, isDepthwise, strides, dilations, padding }: TensorflowConv): Module | undefined {
  const [height = 1, width = 1, ni = 1, nf = 1] = kernel.shape;
  if (dilations[0] !== 1 || dilations[1] !== 1) return undefined;
  return new PlaneConv(ni, nf, { kernel: [height, width], strides, padding, isDepthwise, bias: bias !== undefined });
}

/** As one number, or the word for TensorFlow's own. */
function paddingOf(padding: PlanePadding): number | "tensorflow" | undefined {
  if (padding === "same") return "tensorflow";
  if (padding === "valid") return 0;
  const [first, ...others] = padding.flat();
  return others.every((n) => n === first) ? first : undefined;
}
