import { TensorBBox, TensorPoint, tuple } from "@fastap/plugin-data";
import type { RandTransform, TensorBase } from "@fastap/plugin-data";
import { PILImage, PILMask, RandomResizedCrop } from "@fastap/plugin-vision";
import type { Random } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";
import { itemTransform } from "../vision/item-transform.ts";
import { scriptedRandom } from "../vision/scripted-random.ts";
import type { LoggedDraw } from "../vision/scripted-random.ts";

interface Result extends Readonly<Record<string, unknown>> {
  readonly transform: string;
  readonly split_idx: number | null;
  readonly rng: readonly LoggedDraw[];
}

/** Resizes, crops and flips of an image, its mask, points and boxes together. */
export const visionItems: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => "image_hwc_u8" in inputs,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const { items, dihedral_points: laid = [] } = (Array.isArray(expected) ? { items: expected } : expected) as {
      items: Result[];
      dihedral_points?: Laid[];
    };
    return [...items.flatMap((result, i) => checksOf(result, inputs, i)), ...laid.flatMap((each) => laidChecks(each, inputs))];
  },
};

const PARTS = ["image", "mask", "points", "bbox"] as const;

function checksOf(result: Result, inputs: GoldenCase["inputs"], i: number): Check[] {
  const transform = itemTransform(result.transform);
  const made = apply(transform, inputs, { splitIdx: result.split_idx, random: scriptedRandom(result.rng) });
  if (transform instanceof RandomResizedCrop && result.split_idx === 1) made.bbox = staleCrop(made.bbox, transform, inputs);
  const wanted: Readonly<Record<string, unknown>> = { ...result, mask: result["mask"] ?? result["mask_by_pillow_transpose"] };
  return PARTS.filter((part) => wanted[part] !== undefined).map((part) =>
    check(`${i} ${result.transform} ${part}`, made[part], wanted[part]),
  );
}

interface Laid {
  readonly k: number;
  readonly points: unknown;
  readonly bbox: unknown;
}

function laidChecks({ k, points, bbox }: Laid, inputs: GoldenCase["inputs"]): Check[] {
  const made = apply(itemTransform("DihedralItem"), inputs, {
    splitIdx: 0,
    random: scriptedRandom([{ fn: "randint", args: [0, 7], value: k }]),
  });
  return [check(`k=${k} points`, made.points, points), check(`k=${k} bbox`, made.bbox, bbox)];
}

/** Corners are compared sorted: fastai leaves those of a flipped box mirrored, and drops it later as empty. */
function check(path: string, { data, shape }: TensorBase, want: unknown): Check {
  const { data: numbers, shape: wantShape } = decodeTensor(want);
  const sorted = path.endsWith("bbox") ? sortCorners : (values: readonly number[]) => values;
  return { path, got: [[...shape], sorted(Array.from(data))], want: [[...wantShape], sorted(numbers)] };
}

function sortCorners(boxes: readonly number[]): readonly number[] {
  const at = (i: number): number => boxes[i] ?? NaN;
  return boxes.map((_, i) => (i % 4 < 2 ? Math.min(at(i), at(i + 2)) : Math.max(at(i - 2), at(i))));
}

/**
 * In validation fastai crops the middle out of squished boxes as if they were still of the image's size (its boxes keep the size they came
 * with; its points do not). Ours follow the pixels; this is the map from ours to fastai's.
 */
function staleCrop({ data, shape }: TensorBase, { size, squished }: RandomResizedCrop, inputs: GoldenCase["inputs"]): TensorBase {
  const original = [Number(inputs["width"]), Number(inputs["height"])] as const;
  const middle = (whole: number, part: number): number => Math.floor((whole - part) / 2);
  const moved = data.map((x, i) => {
    const axis = i % 2 === 0 ? 0 : 1;
    const [part, made, orig] = [size[axis], squished[axis], original[axis]];
    const fraction = ((x + 1) * part + 2 * middle(made, part)) / made;
    return made === part ? x : (fraction * orig - 2 * middle(orig, part)) / part - 1;
  });
  return new TensorBBox({ data: moved, shape });
}

function apply(
  transform: RandTransform,
  inputs: GoldenCase["inputs"],
  { splitIdx, random }: { readonly splitIdx: number | null; readonly random: Random },
): Record<(typeof PARTS)[number], TensorBase> {
  const bytes = (key: string): { data: Uint8Array; shape: readonly number[]; dtype: "int32" } => {
    const { data, shape } = decodeTensor(inputs[key]);
    return { data: Uint8Array.from(data), shape, dtype: "int32" };
  };
  const floats = (key: string): { data: Float32Array; shape: readonly number[] } => {
    const { data, shape } = decodeTensor(inputs[key]);
    return { data: Float32Array.from(data), shape };
  };
  const item = tuple<TensorBase>(
    new PILImage(bytes("image_hwc_u8")),
    new PILMask(bytes("mask_hw_u8")),
    new TensorPoint(floats("points_scaled")),
    new TensorBBox(floats("bbox_scaled")),
  );
  const [image, mask, points, bbox] = transform.encode(item, splitIdx, random) as readonly [TensorBase, TensorBase, TensorBase, TensorBase];
  return { image, mask, points, bbox };
}
