import { IntToFloatTensor, Normalize, TensorBBox, TensorMultiCategory, tuple } from "@fastap/plugin-data";
import type { TensorBase, TensorBatch, Transform } from "@fastap/plugin-data";
import {
  PILImage,
  PointScaler,
  AffineCoordTfm,
  LightingTfm,
  RandomResizedCropGPU,
  augTransforms,
  bbPad,
  createPoints,
} from "@fastap/plugin-vision";
import type { AugTransformsOptions } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import type { Adapter, Check, Value } from "../adapter.ts";
import { sampleValue, wanted } from "../data/value.ts";
import { decodeTensor } from "../tensor.ts";
import { batchOf, valueOf, withEngine } from "../vision/batch.ts";

/** Boxes cut, dropped and padded. */
export const visionBbPad: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => Array.isArray(inputs["boxes"]) && Array.isArray(inputs["labels"]),
  async run({ inputs, expected }) {
    const labels = inputs["labels"] as unknown[];
    const samples = (inputs["boxes"] as unknown[]).map((json, i) => {
      const [boxes, ids] = [decodeTensor(json), decodeTensor(labels[i])];
      return tuple<unknown>(
        "image",
        new TensorBBox({ data: Float32Array.from(boxes.data), shape: boxes.shape }),
        new TensorMultiCategory({ data: Int32Array.from(ids.data), shape: ids.shape, dtype: "int32" }),
      );
    });
    const padded = bbPad(samples) as readonly (readonly TensorBase[])[];
    return (expected as unknown as { boxes: unknown; labels: unknown }[]).flatMap((want, i): Check[] => {
      const [, boxes, ids] = padded[i] ?? [];
      if (boxes === undefined || ids === undefined) return [];
      return [
        { path: `${i} boxes`, got: sampleValue(boxes), want: wanted(want.boxes) },
        { path: `${i} labels`, got: sampleValue(ids), want: wanted(want.labels) },
      ];
    });
  },
};

interface Scaled {
  readonly y_first: boolean;
  readonly points: unknown;
  readonly scaled: unknown;
  readonly decoded: unknown;
}

/** Points scaled and back. */
export const visionPointScaler: Adapter = {
  kind: "vision",
  accepts: ({ expected }) => Array.isArray(expected) && typeof expected[0] === "object" && expected[0] !== null && "y_first" in expected[0],
  async run({ inputs, expected }) {
    const [width, height] = [Number(inputs["width"]), Number(inputs["height"])];
    const image = new PILImage({ data: new Uint8Array(width * height * 3), shape: [height, width, 3], dtype: "int32" });
    return (expected as unknown as Scaled[]).flatMap(({ y_first: yFirst, points, scaled, decoded }, i): Check[] => {
      const scaler = new PointScaler({ yFirst });
      const made = scaler.encode(tuple(image, createPoints(decodeTensor(points).data))) as readonly [PILImage, TensorBase];
      const [, back] = scaler.decode(made) as readonly [PILImage, TensorBase];
      return [
        { path: `${i} scaled`, got: sampleValue(made[1]), want: wanted(scaled) },
        { path: `${i} decoded`, got: sampleValue(back), want: wanted(decoded) },
      ];
    });
  },
};

/** Bytes to fractions, normalised by given statistics and by those of a batch, and back. */
export const visionNormalize: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => "image_u8" in inputs && "stats" in inputs,
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) => {
      const [mean = [], std = []] = inputs["stats"] as number[][];
      const bytes = batchOf(inputs["image_u8"], "image", engine);
      const mask = batchOf(inputs["mask_u8"], "mask", engine);
      const apply = (transform: Transform, x: TensorBatch): TensorBatch => transform.encode(x, 0) as TensorBatch;
      const float = apply(new IntToFloatTensor(), bytes);
      const fitted = new Normalize();
      await fitted.setup({ length: 1, get: () => undefined, typedBatch: async () => [float.with(tf.clone(float.tensor as tf.Tensor))] });
      const normalize = Normalize.fromStats(mean, std);
      const normalized = apply(normalize, float);
      const decoded = normalize.decode(normalized) as TensorBatch;
      const got: Record<string, Value> = {
        float: valueOf(float.tensor),
        normalized: valueOf(normalized.tensor),
        decoded: valueOf(decoded.tensor),
        decoded_u8: valueOf((new IntToFloatTensor().decode(decoded) as TensorBatch).tensor),
        one_batch_mean: [[mean.length], [...(fitted.stats?.mean ?? [])]],
        one_batch_std: [[std.length], [...(fitted.stats?.std ?? [])]],
        one_batch_normalized: valueOf(apply(fitted, float).tensor),
        mask: valueOf(apply(new IntToFloatTensor(), mask).tensor),
        mask_div255: valueOf(apply(new IntToFloatTensor({ divMask: 255 }), mask).tensor),
      };
      return Object.entries(expected).map(([path, want]): Check => ({ path, got: got[path] ?? null, want: wanted(want) }));
    }),
};

type Facts = Readonly<Record<string, unknown>>;

/** What `augTransforms` is made of. */
export const visionAugTransforms: Adapter = {
  kind: "vision",
  accepts: ({ expected }) =>
    Array.isArray(expected) && Array.isArray(expected[0]) && typeof expected[0][0] === "object" && "cls" in (expected[0][0] as object),
  async run({ inputs, expected }) {
    const wants = expected as unknown as Facts[][];
    return (inputs as unknown as Facts[]).flatMap((options, i) => {
      const camel = Object.fromEntries(
        Object.entries(options).map(([key, value]) => [key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]),
      );
      const made = augTransforms(camel as AugTransformsOptions);
      return [{ path: `${i}`, got: made.map((transform) => ordered(factsOf(transform))), want: (wants[i] ?? []).map(ordered) }];
    });
  },
};

function factsOf(transform: Transform): Facts {
  const plain = { cls: transform.name, order: transform.order, size: null, mode: null, pad_mode: null, align_corners: null };
  if (transform instanceof LightingTfm)
    return { ...plain, fs: transform.fs.map(({ name, args }) => ({ fn: `_${capital(name)}Logit`, ...snakeKeys(args) })) };
  if (transform instanceof RandomResizedCropGPU) {
    const { minScale, ratio } = transform.args;
    return { ...plain, size: transform.size.toReversed(), mode: transform.mode, min_scale: minScale, ratio };
  }
  if (!(transform instanceof AffineCoordTfm)) return plain;
  const { size, mode, padMode, alignCorners, affFs, coordFs } = transform;
  return {
    ...plain,
    ...{ size: size?.toReversed() ?? null, mode, pad_mode: padMode, align_corners: alignCorners },
    aff_fs: affFs.map(({ name, args }) => ({ fn: snake(name), ...snakeKeys(args) })),
    coord_fs: coordFs.map(({ args: { magnitude, p, batch } }) => ({ fn: "_WarpCoord", magnitude, p, batch })),
  };
}

/** Entries by key, so that they can be compared. */
function ordered(json: unknown): Value {
  if (Array.isArray(json)) return json.map(ordered);
  if (typeof json !== "object" || json === null) return json as Value;
  return Object.entries(json)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, ordered(value)]);
}

function snakeKeys(args: Facts): Facts {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [snake(key), value ?? null]));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
