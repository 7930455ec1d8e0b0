import { TensorBatch, TensorImage } from "@fastap/plugin-data";
import { RandomErasing, RandomResizedCropGPU, areaResize, hsv2rgb, maskTensor, rgb2hsv, setupAugTfms } from "@fastap/plugin-vision";
import type { SizeOption } from "@fastap/plugin-vision";
import type { Tensor } from "@fastap/kernel";
import { tuple } from "@fastap/plugin-data";
import * as tf from "@tensorflow/tfjs-core";
import type { Adapter, Check, Value } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";
import { batchOf, partCheck, transformed, valueOf, withEngine } from "../vision/batch.ts";
import { lightsOf } from "../vision/given-draws.ts";
import type { Draws } from "../vision/given-draws.ts";
import { scriptedRandom } from "../vision/scripted-random.ts";
import type { LoggedDraw } from "../vision/scripted-random.ts";

const FUNCTIONS: Readonly<Record<string, (images: Tensor) => Tensor>> = {
  rgb2hsv,
  hsv2rgb: (images) => hsv2rgb(rgb2hsv(images)),
  grayscale: (images) => tf.sum(tf.mul(images as tf.Tensor, [0.2989, 0.587, 0.114]), -1, true),
};

/** Brightness, contrast, saturation and hue. */
export const visionLight: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => typeof inputs["draws"] === "object" && inputs["draws"] !== null && "brightness" in inputs["draws"],
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) =>
      Object.entries(expected).map(([key, want]) =>
        engine.scope(() => {
          const image = batchOf(inputs["image"], "image", engine);
          const f = FUNCTIONS[key];
          if (f !== undefined) return partCheck(key, image.with(f(image.tensor)), want);
          const made = setupAugTfms(lightsOf(key, inputs["draws"] as Draws)).reduce(
            (x: unknown, transform) => transformed(transform, x, scriptedRandom([])),
            image,
          );
          return partCheck(key, made as TensorBatch, want);
        }),
      ),
    ),
};

interface Logged extends Readonly<Record<string, unknown>> {
  readonly args: Readonly<Record<string, unknown>>;
  readonly rng: readonly LoggedDraw[];
  readonly split_idx?: number;
}

const isLogged = (expected: unknown, ...keys: readonly string[]): boolean =>
  Array.isArray(expected) && keys.every((key) => typeof expected[0] === "object" && expected[0] !== null && key in expected[0]);

/** Rectangles, and the pixels that stay. */
export const visionErasing: Adapter = {
  kind: "vision",
  accepts: ({ expected }) => isLogged(expected, "areas_rl_rh_cl_ch"),
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) => {
      const [n, h, w] = [Number(inputs["batch"]), Number(inputs["height"]), Number(inputs["width"])];
      return (expected as unknown as Logged[]).flatMap(({ args, rng, areas_rl_rh_cl_ch: areas, untouched_mask: mask }, i): Check[] => {
        const { p, sl, sh, min_aspect: minAspect, max_count: maxCount } = args as Record<string, number>;
        const options = { p, sl, sh, minAspect, maxCount };
        const erasing = new RandomErasing(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
        const noise = { ...scriptedRandom([]), normal: () => 0.5 }; // not logged: only where it is counts
        return engine.scope(() => {
          const image = new TensorBatch(tf.fill([n, h, w, 1], 7), TensorImage, engine);
          const { tensor } = transformed(erasing, image, { ...scriptedRandom(rng), fork: () => noise }) as TensorBatch;
          const [first] = tf.split(tf.cast(tf.equal(tensor as tf.Tensor, 7), "int32"), n) as [tf.Tensor];
          return [
            { path: `${i} areas`, got: erasing.areas(h, w, scriptedRandom(rng)), want: areas as Value },
            { path: `${i} untouched`, got: [[h, w], Array.from(first.dataSync())], want: [[h, w], [...decodeTensor(mask).data]] },
          ];
        });
      });
    }),
};

/** The random part of a whole batch. */
export const visionCropGpu: Adapter = {
  kind: "vision",
  accepts: ({ expected }) => isLogged(expected, "crop_hw", "tl_yx"),
  run: async ({ expected }) =>
    withEngine(async (engine) =>
      (expected as unknown as Logged[]).flatMap(({ args, rng, split_idx: splitIdx = 0, ...wants }, i) => {
        const { size, min_scale: minScale, max_scale: maxScale, ratio, valid_scale: validScale, mode } = args;
        const options = Object.fromEntries(
          Object.entries({ minScale, maxScale, ratio, validScale, mode }).filter(([, value]) => value !== undefined),
        );
        const crop = new RandomResizedCropGPU(size as SizeOption, options);
        const { data: _, shape } = decodeTensor(wants["image_in"]);
        const part = crop.crop([shape[3] ?? 0, shape[2] ?? 0], { random: scriptedRandom(rng), splitIdx });
        return engine.scope(() => {
          const given = tuple(batchOf(wants["image_in"], "image", engine), batchOf(wants["mask_in"], "mask", engine));
          const [image, mask] = transformed(crop, given, scriptedRandom(rng), splitIdx) as readonly [TensorBatch, TensorBatch];
          return [
            { path: `${i} size`, got: part.size.toReversed(), want: wants["crop_hw"] as Value },
            { path: `${i} place`, got: part.tl.toReversed(), want: wants["tl_yx"] as Value },
            partCheck(`${i} image`, image, wants["image"]),
            partCheck(`${i} mask`, mask, wants["mask"]),
          ];
        });
      }),
    ),
};

/** Values kept by chance, all together. */
export const visionMaskTensor: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => Array.isArray(inputs["x"]) && "neutral" in inputs,
  async run({ inputs, expected }) {
    const { x, p, neutral } = inputs as { x: number[]; p: number; neutral: number };
    return (expected as unknown as { rng: LoggedDraw[]; result: unknown }[]).map(({ rng, result }, i) => {
      const { data } = decodeTensor(result);
      return { path: String(i), got: maskTensor(x, scriptedRandom(rng), { p, neutral, batch: true }), want: [...data] };
    });
  },
};

/** The places of pixels, seen in an image that shows them. */
export const visionGrids: Adapter = {
  kind: "vision",
  accepts: ({ expected }) => isLogged(expected, "h", "w", "grid"),
  run: async ({ expected }) =>
    withEngine(async (engine) =>
      (expected as unknown as { h: number; w: number; align_corners: boolean; grid: unknown }[]).map(
        ({ h, w, align_corners: alignCorners, grid }, i) =>
          engine.scope(() => {
            const [height, width] = [4 * h, 4 * w];
            const place = (k: number, n: number): number => (alignCorners ? (2 * k) / (n - 1) - 1 : (2 * k + 1) / n - 1);
            const places = Float32Array.from({ length: height * width * 2 }, (_, k) =>
              k % 2 === 0 ? place((k >> 1) % width, width) : place(Math.floor((k >> 1) / width), height),
            );
            const image = engine.from(places, [1, height, width, 2]);
            const maps = tf.tensor3d([1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 3, 3]);
            const seen = engine.ops.gridSample(image, maps, { height: h, width: w, mode: "bilinear", padMode: "border", alignCorners });
            const { data, shape } = decodeTensor(grid);
            return { path: String(i), got: valueOf(seen, false), want: [[...shape], [...data]] };
          }),
      ),
    ),
};

/** Resampling of U-Nets: what they are built of. */
export const visionResampling: Adapter = {
  kind: "vision",
  accepts: ({ expected }) => "maxpool321" in expected || "avgpool_ceil" in expected,
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) =>
      Object.entries(expected).map(([key, want]) =>
        engine.scope(() => {
          const { tensor } = batchOf(inputs["image"], "image", engine);
          const { data, shape } = decodeTensor(want);
          return {
            path: key,
            got: valueOf(resampled(key, tensor as tf.Tensor4D, [shape[2] ?? 0, shape[3] ?? 0])),
            want: [[...shape], [...data]],
          };
        }),
      ),
    ),
};

function resampled(key: string, x: tf.Tensor4D, size: [number, number]): Tensor {
  if (key.startsWith("nearest")) return tf.image.resizeNearestNeighbor(x, size);
  if (key.startsWith("area")) return areaResize(x, ...size);
  if (key.startsWith("avgpool")) return tf.avgPool(x, 2, 2, "same");
  return tf.maxPool(
    tf.pad(
      x,
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      -1e30,
    ),
    3,
    2,
    "valid",
  );
}
