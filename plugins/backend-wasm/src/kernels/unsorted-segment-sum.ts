import type { UnsortedSegmentSumAttrs } from "@tensorflow/tfjs-core";
import { unfitDtype } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** `x` `[rows, …]` float32 or int32, `segmentIds` int32 `[rows]`; rows of ids outside 0…numSegments−1 are dropped. */
export const unsortedSegmentSum: OwnKernel = ownKernel<"x" | "segmentIds", UnsortedSegmentSumAttrs>(
  "UnsortedSegmentSum",
  (heap) =>
    ({ x, segmentIds }, { numSegments }) => {
      const op = "UnsortedSegmentSum";
      requireDtype(op, "int32", segmentIds);
      if (x.dtype !== "float32" && x.dtype !== "int32") throw unfitDtype({ op, expected: "float32 or int32", received: x.dtype });
      const inner = x.shape.slice(segmentIds.shape.length);
      const out = heap.output([numSegments, ...inner], x.dtype);
      const add = x.dtype === "float32" ? heap.kernels.segmentSumFloats : heap.kernels.segmentSumInts;
      add(heap.pointer(x), heap.pointer(segmentIds), sizeOf(segmentIds.shape), sizeOf(inner), numSegments, heap.pointer(out));
      return out;
    },
);
