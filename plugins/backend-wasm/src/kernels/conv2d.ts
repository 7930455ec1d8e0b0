import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import type { TaskName } from "../module.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { isLarge, pieceLength, taskCount } from "../task-count.ts";
import { Convolution } from "./convolution.ts";
import type { ConvolutionAttrs } from "./convolution.ts";
import { Winograd } from "./winograd.ts";

type FilterGradAttrs = ConvolutionAttrs & { readonly filterShape: readonly number[] };
type InputGradAttrs = ConvolutionAttrs & { readonly inputShape: readonly number[] };

interface Call {
  readonly convolution: Convolution;
  /** Shape of the forward output. */
  readonly outShape: readonly number[];
  readonly left: TensorInfo;
  readonly right: TensorInfo;
  /** Shape of this kernel's result. */
  readonly result: readonly number[];
}

/** How a kernel is cut: what is in a task (the kernel's own unit), and how many there are. */
interface Cut {
  readonly perTask: number;
  readonly tasks: number;
}

function run(heap: Heap, task: TaskName, call: Call, { perTask, tasks }: Cut): TensorInfo {
  const { convolution, outShape } = call;
  const geometry = convolution.geometry(outShape);
  const [, , width = 0] = outShape;
  const scratchBytes = heap.kernels.convScratchBytes(convolution.patch, sizeOf(outShape.slice(0, 3)), width, convolution.rowFloats(width));
  heap.reserve(scratchBytes);
  const out = heap.output(call.result);
  const job = [heap.pointer(call.left), heap.pointer(call.right), heap.pointer(out), perTask, ...geometry];
  heap.parallel(task, job, tasks, scratchBytes);
  return out;
}

/** Pixels that make it cheap to pack the filter for a task. */
const LEAST_PIXELS = 48;

/** `x` `[batch, height, width, inChannels]`, `filter` `[height, width, inChannels, outChannels]`. */
export const conv2d: OwnKernel = ownKernel<"x" | "filter", ConvolutionAttrs>("Conv2D", (heap) => ({ x, filter }, attrs) => {
  const op = "Conv2D";
  requireDtype(op, "float32", x, filter);
  const convolution = Convolution.of({ op, inShape: x.shape, filterShape: filter.shape, depthwise: false, attrs });
  const { outShape } = convolution.info;
  const winograd = Winograd.of(heap, convolution, outShape);
  if (winograd !== undefined) return winograd.forward(x, filter, outShape);
  const pixels = sizeOf(outShape.slice(0, 3));
  const perTask = pieceLength(pixels, taskCount(pixels * sizeOf(filter.shape), heap.threads), { unit: 4, least: LEAST_PIXELS });
  const call = { convolution, outShape, left: x, right: filter, result: outShape };
  return run(heap, "convForwardTask", call, { perTask, tasks: Math.ceil(pixels / perTask) });
});

/** Rows of the filter's matrix that make repacking the output gradient for every part of it cheap. */
const FILTER_ROWS = 64;

/** Cuts the filter in taps (`perTask` −1) or lines. It must not depend on the number of threads: the sums would change. */
function filterCut({ info }: Convolution, multiplyAdds: number): Cut {
  if (!isLarge(multiplyAdds)) return { perTask: Math.max(1, info.filterHeight), tasks: 1 };
  if (info.inChannels >= FILTER_ROWS) return { perTask: -1, tasks: info.filterHeight * info.filterWidth };
  const perTask = pieceLength(info.filterHeight, info.filterHeight, {
    least: Math.ceil(FILTER_ROWS / (info.filterWidth * info.inChannels)),
  });
  return { perTask, tasks: Math.ceil(info.filterHeight / perTask) };
}

export const conv2dBackpropFilter: OwnKernel = ownKernel<"x" | "dy", FilterGradAttrs>(
  "Conv2DBackpropFilter",
  (heap) =>
    ({ x, dy }, attrs) => {
      const op = "Conv2DBackpropFilter";
      requireDtype(op, "float32", x, dy);
      const convolution = Convolution.of({ op, inShape: x.shape, filterShape: attrs.filterShape, depthwise: false, attrs });
      const winograd = Winograd.of(heap, convolution, dy.shape);
      if (winograd !== undefined) return winograd.filterGrad(x, dy, attrs.filterShape);
      const cut = filterCut(convolution, sizeOf(dy.shape.slice(0, 3)) * sizeOf(attrs.filterShape));
      const call = { convolution, outShape: dy.shape, left: x, right: dy, result: attrs.filterShape };
      return run(heap, "convFilterGradTask", call, cut);
    },
);

export const conv2dBackpropInput: OwnKernel = ownKernel<"dy" | "filter", InputGradAttrs>(
  "Conv2DBackpropInput",
  (heap) =>
    ({ dy, filter }, attrs) => {
      const op = "Conv2DBackpropInput";
      requireDtype(op, "float32", dy, filter);
      const convolution = Convolution.of({ op, inShape: attrs.inputShape, filterShape: filter.shape, depthwise: false, attrs });
      const winograd = Winograd.of(heap, convolution, dy.shape);
      if (winograd !== undefined) return winograd.inputGrad(dy, filter, attrs.inputShape);
      const [batch = 0] = dy.shape;
      const perTask = pieceLength(batch, taskCount(sizeOf(dy.shape.slice(0, 3)) * sizeOf(filter.shape), heap.threads));
      const call = { convolution, outShape: dy.shape, left: dy, right: filter, result: attrs.inputShape };
      return run(heap, "convInputGradTask", call, { perTask, tasks: Math.ceil(batch / perTask) });
    },
);
