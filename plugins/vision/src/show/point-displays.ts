import { TensorBBox, TensorPoint } from "@fastap/plugin-data";
import { defineDisplay, withMarks } from "@fastap/plugin-display";
import type { Display } from "@fastap/plugin-display";

/** `[points, 2]` in pixels, x before y, as red dots. `@source fastai.vision.core.TensorPoint` */
export const pointDisplay: Display = defineDisplay({
  type: TensorPoint,
  role: "overlay",
  draw({ data }, cell) {
    const points = rows(data, 2).map(([x = 0, y = 0]) => [x, y] as const);
    return withMarks(cell, { kind: "dots", points, color: "#ef4444" });
  },
});

/** `[boxes, 4]` in pixels: left, top, right, bottom; empty ones, as a batch is padded with, are left out. `@source fastai.vision.core.TensorBBox` */
export const boxDisplay: Display = defineDisplay({
  type: TensorBBox,
  role: "overlay",
  draw({ data }, cell) {
    const boxes = rows(data, 4).map(([left = 0, top = 0, right = 0, bottom = 0]) => [left, top, right, bottom] as const);
    const marks = boxes.filter(([left, top, right, bottom]) => right > left && bottom > top).map((box) => ({ kind: "box" as const, box }));
    return withMarks(cell, ...marks);
  },
});

function rows(data: ArrayLike<number>, size: number): number[][] {
  const all = Array.from(data);
  return Array.from({ length: Math.floor(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
