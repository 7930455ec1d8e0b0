import { E_VISION_ANNOTATIONS } from "../errors.ts";

/** Boxes [left, top, right, bottom] in pixels, and the class of each. */
export type Annotation = readonly [boxes: readonly (readonly number[])[], labels: readonly string[]];

interface Coco {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly category_id: number; readonly bbox: readonly number[] }[];
}

/**
 * File names and boxes of a COCO file: the images that have any, in the file's order.
 * @throws E_VISION_ANNOTATIONS
 * @source fastai.vision.core.get_annotations
 */
export async function getAnnotations(file: string, prefix = ""): Promise<readonly [names: string[], annotations: Annotation[]]> {
  const { images, categories, annotations } = await readCoco(file);
  const classes = new Map(categories.map(({ id, name }) => [id, name]));
  const byImage = new Map<number, { boxes: number[][]; labels: string[] }>();
  for (const { image_id: image, category_id: category, bbox } of annotations) {
    const [x = NaN, y = NaN, w = NaN, h = NaN] = bbox;
    const label = classes.get(category);
    if (label === undefined) throw refuse(file, "category ids that categories has", String(category));
    const found = byImage.get(image) ?? { boxes: [], labels: [] };
    found.boxes.push([x, y, x + w, y + h]);
    found.labels.push(label);
    byImage.set(image, found);
  }
  const kept = images.filter(({ id }) => byImage.has(id));
  return [kept.map(({ file_name: name }) => prefix + name), kept.map(({ id }) => annotationOf(byImage.get(id)))];
}

function annotationOf(found?: { readonly boxes: number[][]; readonly labels: string[] }): Annotation {
  return [found?.boxes ?? [], found?.labels ?? []];
}

async function readCoco(file: string): Promise<Coco> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file, "utf8");
  const json = parse(text, file);
  const lacking = ["images", "categories", "annotations"].find((key) => !Array.isArray((json as Record<string, unknown>)[key]));
  if (lacking !== undefined) throw refuse(file, `a list "${lacking}"`, "none");
  return json as Coco;
}

function parse(text: string, file: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json;
  } catch {
    // refused below
  }
  throw refuse(file, "a JSON object", text.slice(0, 40));
}

function refuse(file: string, expected: string, received: string): Error {
  return E_VISION_ANNOTATIONS({ file, expected, received });
}
