import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { Convolution } from "./convolution.ts";
import type { ConvolutionAttrs } from "./convolution.ts";

type FilterGradAttrs = ConvolutionAttrs & { readonly filterShape: readonly number[] };
type InputGradAttrs = ConvolutionAttrs & { readonly inputShape: readonly number[] };

/** In place of tfjs's, which leaves zeros where a stride is larger than the filter, and sometimes a broken heap. */
export const depthwiseConv2d: OwnKernel = ownKernel<"x" | "filter", ConvolutionAttrs>(
  "DepthwiseConv2dNative",
  (heap) =>
    ({ x, filter }, attrs) => {
      const op = "DepthwiseConv2dNative";
      requireDtype(op, "float32", x, filter);
      const convolution = Convolution.of({ op, inShape: x.shape, filterShape: filter.shape, depthwise: true, attrs });
      const { outShape } = convolution.info;
      const geometry = convolution.write(heap, outShape);
      const scratch = heap.scratch("sums", 64);
      const y = heap.output(outShape);
      heap.kernels.depthwiseForward(geometry, heap.pointer(x), heap.pointer(filter), heap.pointer(y), scratch);
      return y;
    },
);

export const depthwiseBackpropFilter: OwnKernel = ownKernel<"x" | "dy", FilterGradAttrs>(
  "DepthwiseConv2dNativeBackpropFilter",
  (heap) =>
    ({ x, dy }, attrs) => {
      const op = "DepthwiseConv2dNativeBackpropFilter";
      requireDtype(op, "float32", x, dy);
      const convolution = Convolution.of({ op, inShape: x.shape, filterShape: attrs.filterShape, depthwise: true, attrs });
      const geometry = convolution.write(heap, dy.shape);
      const sums = heap.scratch("sums", 8 * convolution.info.outChannels);
      const dFilter = heap.output(attrs.filterShape);
      heap.kernels.depthwiseFilterGrad(geometry, heap.pointer(x), heap.pointer(dy), heap.pointer(dFilter), sums);
      return dFilter;
    },
);

export const depthwiseBackpropInput: OwnKernel = ownKernel<"dy" | "filter", InputGradAttrs>(
  "DepthwiseConv2dNativeBackpropInput",
  (heap) =>
    ({ dy, filter }, attrs) => {
      const op = "DepthwiseConv2dNativeBackpropInput";
      requireDtype(op, "float32", dy, filter);
      const convolution = Convolution.of({ op, inShape: attrs.inputShape, filterShape: filter.shape, depthwise: true, attrs });
      const geometry = convolution.write(heap, dy.shape);
      const dx = heap.output(attrs.inputShape);
      heap.kernels.depthwiseInputGrad(geometry, heap.pointer(dy), heap.pointer(filter), heap.pointer(dx));
      return dx;
    },
);
