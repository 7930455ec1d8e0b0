import { getFiles, getImageFiles } from "@fastap/plugin-data";
import { E_VISION_NO_FILES, E_VISION_VOC_SET } from "../../errors.ts";
import type { ImageLoadersOptions } from "../build-loaders.ts";
import { dataPath } from "../data-path.ts";
import { requireFiles } from "../require-files.ts";
import type { VisionHost } from "../vision-host.ts";
import { readVoc } from "./read-voc.ts";
import type { VocObject } from "./read-voc.ts";

export interface VocOptions extends ImageLoadersOptions {
  /** Folder with those of the images, of the annotations and of the lists. */
  readonly path: string;
  /** Default "JPEGImages". */
  readonly images?: string;
  /** Folder of the XML files, named as their images are; default "Annotations". */
  readonly annotations?: string;
  /** Folder of the lists; default "ImageSets/Main". */
  readonly imageSets?: string;
  /** The list of images to train on, one name a line; default "train". */
  readonly train?: string;
  /** Default "val". */
  readonly valid?: string;
}

type VocOption = "path" | "images" | "annotations" | "imageSets" | "train" | "valid";

/** An image with its annotation. */
export interface VocImage {
  readonly image: string;
  readonly file: string;
  readonly objects: readonly VocObject[];
  readonly isValid: boolean;
}

/** What was found, and what of the options goes on to the loaders. */
export interface VocFolder<O> {
  readonly root: string;
  readonly found: readonly VocImage[];
  readonly rest: O;
}

/**
 * The images of the two lists; with `validPct` all that have an annotation, to be drawn from.
 * @throws E_VISION_NO_FILES, E_VISION_VOC, E_VISION_VOC_SET for a name in a list without its image or annotation
 */
export async function vocImages<O extends VocOptions>(host: VisionHost, options: O): Promise<VocFolder<Omit<O, VocOption>>> {
  const {
    path,
    images = "JPEGImages",
    annotations = "Annotations",
    imageSets = "ImageSets/Main",
    train = "train",
    valid = "val",
    ...rest
  } = options;
  const { join } = await import("node:path");
  const root = await dataPath(path, host.config.root);
  const [pictures, texts] = [join(root, images), join(root, annotations)];
  const files = await getImageFiles(pictures);
  await requireFiles(files, pictures);
  const byName = new Map(await Promise.all(files.map(async (file) => [await stem(file), file] as const)));
  const list = async (name: string, isValid: boolean): Promise<readonly Listed[]> => listed(join(root, imageSets, `${name}.txt`), isValid);
  const names = options.validPct === undefined ? [...(await list(train, false)), ...(await list(valid, true))] : await annotated(texts);
  const found = await Promise.all(
    names.map(async ({ name, where, isValid }) => {
      const image = byName.get(name);
      if (image === undefined) throw E_VISION_VOC_SET({ name, where, expected: `an image ${name}.jpg in ${pictures}` });
      const file = join(texts, `${name}.xml`);
      return { image, file, objects: await readVoc(file), isValid };
    }),
  );
  return { root, found, rest };
}

interface Listed {
  readonly name: string;
  readonly where: string;
  readonly isValid: boolean;
}

/** Of a list: names first, whatever stands behind them. */
async function listed(file: string, isValid: boolean): Promise<readonly Listed[]> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw E_VISION_VOC_SET({ name: file, where: file, expected: "a list of images, one name a line; or validPct, to draw them" }, error);
  });
  const names = text.split(/\r?\n/).flatMap((line, i) => {
    const [name = ""] = line.trim().split(/\s+/);
    return name === "" ? [] : [{ name, where: `${file}:${i + 1}`, isValid }];
  });
  if (names.length === 0) throw E_VISION_NO_FILES({ folder: file, what: "names of images", found: [] });
  return names;
}

async function annotated(folder: string): Promise<readonly Listed[]> {
  const files = await getFiles(folder, { extensions: [".xml"] });
  if (files.length === 0) throw E_VISION_NO_FILES({ folder, what: "annotations that end in .xml", found: [] });
  return Promise.all(files.map(async (file) => ({ name: await stem(file), where: file, isValid: false })));
}

async function stem(file: string): Promise<string> {
  const { basename, extname } = await import("node:path");
  return basename(file, extname(file));
}
