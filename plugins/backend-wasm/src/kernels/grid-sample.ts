import type { GridSampleOptions } from "@fastap/kernel";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface GridSampleAttrs extends GridSampleOptions {
  /** Places of the columns and rows of the result, in −1…1. */
  readonly xs: Float32Array;
  readonly ys: Float32Array;
}

const PADDING = { zeros: 0, border: 1, reflection: 2 } as const;

/** Images `x` `[batch, height, width, channels]` through `maps` `[batch, 3, 3]`, one task for each. */
export const gridSample: OwnKernel = ownKernel<"x" | "maps", GridSampleAttrs>("FastapGridSample", (heap) => ({ x, maps }, attrs) => {
  requireDtype("FastapGridSample", "float32", x, maps);
  const [n = 0, h = 0, w = 0, c = 0] = x.shape;
  const { height, width, mode, padMode, alignCorners, xs, ys } = attrs;
  const out = heap.output([n, height, width, c]);
  const places = [xs, ys].flatMap((axis) => Array.from(new Int32Array(Float32Array.from(axis).buffer)));
  const sizes = [n, h, w, c, height, width, Number(mode === "nearest"), PADDING[padMode], Number(alignCorners)];
  if (sizeOf(out.shape) > 0) {
    heap.parallel("gridSampleTask", [...sizes, heap.pointer(x), heap.pointer(maps), heap.pointer(out), ...places], n, 0);
  }
  return [out];
});
