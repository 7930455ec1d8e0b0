import { TensorBBox, TensorMultiCategory, tuple } from "@fastap/plugin-data";
import { E_VISION_BOX_LABELS } from "../errors.ts";

/** Boxes cut to −1…1; those of which nothing is left go, with their labels. `@source fastai.vision.data.clip_remove_empty` */
export function clipRemoveEmpty(boxes: TensorBBox, labels: TensorMultiCategory): readonly [TensorBBox, TensorMultiCategory] {
  const count = boxes.shape[0] ?? 0;
  if (labels.data.length !== count) throw E_VISION_BOX_LABELS({ boxes: count, labels: labels.data.length });
  const clipped = Array.from({ length: count }, (_, i) =>
    Array.from(boxes.data.subarray(4 * i, 4 * i + 4), (x) => Math.min(1, Math.max(-1, x))),
  );
  const kept = [...clipped.keys()].filter((i) => area(clipped[i]) > 0);
  return resized(
    kept.map((i) => clipped[i] ?? []),
    kept.map((i) => labels.data[i] ?? 0),
  );
}

/**
 * As many boxes in every sample: empty ones of label `padIdx` fill up. Samples are (image, boxes, labels).
 * @throws E_VISION_BOX_LABELS
 * @source fastai.vision.data.bb_pad
 */
export function bbPad(samples: readonly (readonly unknown[])[], padIdx = 0): unknown[] {
  const cut = samples.map((sample) => {
    const boxes = sample.findIndex((part) => part instanceof TensorBBox);
    const labels = sample.findIndex((part) => part instanceof TensorMultiCategory);
    if (boxes < 0 || labels < 0) return { sample, boxes, labels, clipped: undefined };
    return { sample, boxes, labels, clipped: clipRemoveEmpty(sample[boxes] as TensorBBox, sample[labels] as TensorMultiCategory) };
  });
  const most = Math.max(0, ...cut.map(({ clipped }) => clipped?.[1].data.length ?? 0));
  return cut.map(({ sample, boxes, labels, clipped }) => {
    if (clipped === undefined) return tuple(...sample);
    const [padded, ids] = fill(clipped, most, padIdx);
    return tuple(...sample.map((part, i) => (i === boxes ? padded : i === labels ? ids : part)));
  });
}

function fill(
  [boxes, labels]: readonly [TensorBBox, TensorMultiCategory],
  most: number,
  padIdx: number,
): readonly [TensorBBox, TensorMultiCategory] {
  const rows = Array.from({ length: most }, (_, i) => Array.from({ length: 4 }, (__, k) => boxes.data[4 * i + k] ?? 0));
  return resized(
    rows,
    rows.map((_, i) => labels.data[i] ?? padIdx),
  );
}

function area([left = 0, top = 0, right = 0, bottom = 0]: readonly number[] = []): number {
  return (right - left) * (bottom - top);
}

function resized(rows: readonly (readonly number[])[], ids: readonly number[]): readonly [TensorBBox, TensorMultiCategory] {
  return [
    new TensorBBox({ data: Float32Array.from(rows.flat()), shape: [rows.length, 4] }),
    new TensorMultiCategory({ data: Int32Array.from(ids), shape: [ids.length], dtype: "int32" }),
  ];
}
