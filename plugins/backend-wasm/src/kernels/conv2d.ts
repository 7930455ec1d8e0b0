import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { Convolution } from "./convolution.ts";
import type { ConvolutionAttrs } from "./convolution.ts";

type FilterGradAttrs = ConvolutionAttrs & { readonly filterShape: readonly number[] };
type InputGradAttrs = ConvolutionAttrs & { readonly inputShape: readonly number[] };

/** `x` `[batch, height, width, inChannels]`, `filter` `[height, width, inChannels, outChannels]`. */
export const conv2d: OwnKernel = ownKernel<"x" | "filter", ConvolutionAttrs>("Conv2D", (heap) => ({ x, filter }, attrs) => {
  const op = "Conv2D";
  requireDtype(op, "float32", x, filter);
  const convolution = Convolution.of({ op, inShape: x.shape, filterShape: filter.shape, depthwise: false, attrs });
  const columns = convolution.columns(heap, convolution.info.outShape);
  const geometry = convolution.write(heap, convolution.info.outShape);
  const scratch = heap.pack();
  const y = heap.output(convolution.info.outShape);
  heap.kernels.convForward(geometry, heap.pointer(x), heap.pointer(filter), heap.pointer(y), columns, scratch);
  return y;
});

export const conv2dBackpropFilter: OwnKernel = ownKernel<"x" | "dy", FilterGradAttrs>(
  "Conv2DBackpropFilter",
  (heap) =>
    ({ x, dy }, attrs) => {
      const op = "Conv2DBackpropFilter";
      requireDtype(op, "float32", x, dy);
      const convolution = Convolution.of({ op, inShape: x.shape, filterShape: attrs.filterShape, depthwise: false, attrs });
      const columns = convolution.columns(heap, dy.shape);
      const geometry = convolution.write(heap, dy.shape);
      const scratch = heap.pack();
      const dFilter = heap.output(attrs.filterShape);
      heap.kernels.convFilterGrad(geometry, heap.pointer(x), heap.pointer(dy), heap.pointer(dFilter), columns, scratch);
      return dFilter;
    },
);

export const conv2dBackpropInput: OwnKernel = ownKernel<"dy" | "filter", InputGradAttrs>(
  "Conv2DBackpropInput",
  (heap) =>
    ({ dy, filter }, attrs) => {
      const op = "Conv2DBackpropInput";
      requireDtype(op, "float32", dy, filter);
      const convolution = Convolution.of({ op, inShape: attrs.inputShape, filterShape: filter.shape, depthwise: false, attrs });
      const columns = convolution.columns(heap, dy.shape);
      const geometry = convolution.write(heap, dy.shape);
      const scratch = heap.pack();
      const dx = heap.output(attrs.inputShape);
      heap.kernels.convInputGrad(geometry, heap.pointer(dy), heap.pointer(filter), heap.pointer(dx), columns, scratch);
      return dx;
    },
);
