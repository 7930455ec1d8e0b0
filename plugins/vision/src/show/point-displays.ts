import { TensorBBox, TensorPoint } from "@fastap/plugin-data";
import { defineDisplay, withMarks } from "@fastap/plugin-display";
import type { Display, Mark } from "@fastap/plugin-display";
import { LabeledBBox } from "../core/bbox-labeler.ts";

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
  draw: (boxes, cell) => withMarks(cell, ...boxMarks(boxes, [])),
});

/** Boxes with what is in them; those labelled `#na#` are left out. `@source fastai.vision.core.LabeledBBox` */
export const labeledBoxDisplay: Display = defineDisplay({
  type: LabeledBBox,
  role: "overlay",
  draw: (boxes, cell) => withMarks(cell, ...boxMarks(boxes, boxes.labels)),
});

function boxMarks({ data }: TensorBBox, labels: readonly string[]): Mark[] {
  return rows(data, 4).flatMap(([left = 0, top = 0, right = 0, bottom = 0], i): Mark[] => {
    const label = labels[i];
    if (!(right > left && bottom > top) || label === "#na#") return [];
    return [{ kind: "box", box: [left, top, right, bottom], ...(label === undefined ? {} : { label }) }];
  });
}

function rows(data: ArrayLike<number>, size: number): number[][] {
  const all = Array.from(data);
  return Array.from({ length: Math.floor(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
