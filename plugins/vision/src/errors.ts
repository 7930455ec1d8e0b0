import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_VISION_OPTION: Coded<{ option: string; expected: string; received: string; where?: string; hint?: string }> = defineError(
  "E_VISION_OPTION",
  ({ option, expected, received, where, hint }) => ({ message: `bad option "${option}"`, expected, received, where, hint }),
);

export const E_VISION_IMAGE: Coded<{ file: string; error: unknown }> = defineError("E_VISION_IMAGE", ({ file, error }) => ({
  message: `${file} is no image that can be read: ${(error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 120)}`,
  expected: "a whole JPEG, PNG, WebP, TIFF, GIF, AVIF or SVG file",
  where: file,
  hint: "Fetch it again or remove it; verifyImages lists all such files of a folder.",
}));

export const E_VISION_PIXELS: Coded<{ file: string; width: number; height: number; cap: number }> = defineError(
  "E_VISION_PIXELS",
  ({ file, width, height, cap }) => ({
    message: `${file} says that it is too large to be opened`,
    expected: `at most ${cap} pixels`,
    received: `${width} × ${height} = ${width * height} pixels`,
    where: file,
    hint: "It was not decoded. If it is what it says, make it smaller, or set maxPixels.",
  }),
);

export const E_VISION_INPUT: Coded<{ expected: string; received: string; where: string }> = defineError(
  "E_VISION_INPUT",
  ({ expected, received, where }) => ({ message: "no image can be made of this", expected, received, where }),
);

export const E_VISION_NO_IMAGE: Coded<{ transform: string; received: string }> = defineError(
  "E_VISION_NO_IMAGE",
  ({ transform, received }) => ({
    message: `${transform} finds no image beside the points or boxes, whose size it needs`,
    expected: "an item with an image or a mask",
    received,
    hint: "Put the points into a tuple with their image: blocks [imageBlock, pointBlock].",
  }),
);

export const E_VISION_MASK_ID: Coded<{ id: number; codes: number; count: number; where: string; divMask: number }> = defineError(
  "E_VISION_MASK_ID",
  ({ id, codes, count, where, divMask }) => ({
    message: `a mask holds ${id}, which is no class number`,
    expected: `0…${codes - 1}, one for each of the ${codes} codes`,
    received: `${id} in ${count} pixels`,
    where,
    hint: divMask === 1 && id === 255 ? "For masks of 0 and 255 set divMask to 255." : "Add the code that is missing, or mend the mask.",
  }),
);

export const E_VISION_BOX: Coded<{ box: readonly number[]; row: number; width: number; height: number }> = defineError(
  "E_VISION_BOX",
  ({ box, row, width, height }) => ({
    message: "a box lies outside its image",
    expected: `left ≤ right within 0…${width}, top ≤ bottom within 0…${height}`,
    received: `[${box.join(", ")}]`,
    where: `box ${row} of the item`,
    hint: "Boxes are [left, top, right, bottom] in pixels, not [left, top, width, height]. Mend it, or set doScale to false if they are scaled already.",
  }),
);

export const E_VISION_BOX_LABELS: Coded<{ boxes: number; labels: number }> = defineError("E_VISION_BOX_LABELS", ({ boxes, labels }) => ({
  message: "boxes and labels differ in number",
  expected: `${boxes} labels, one for each box`,
  received: String(labels),
  where: "bbPad",
}));

export const E_VISION_ANNOTATIONS: Coded<{ file: string; expected: string; received: string }> = defineError(
  "E_VISION_ANNOTATIONS",
  ({ file, expected, received }) => ({ message: `${file} holds no annotations of COCO's form`, expected, received, where: file }),
);

export const E_VISION_VOC: Coded<{
  file: string;
  row?: number;
  name?: string;
  expected: string;
  received: string;
  hint?: string | undefined;
}> = defineError("E_VISION_VOC", ({ file, row, name, ...rest }) => ({
  message: row === undefined ? `${file} is no annotation of Pascal VOC's form` : `an object of ${file} cannot be used`,
  ...rest,
  where: row === undefined ? file : `${file}, object ${row + 1}${name === undefined ? "" : ` (${name})`}`,
}));

export const E_VISION_VOC_SET: Coded<{ name: string; where: string; expected: string }> = defineError(
  "E_VISION_VOC_SET",
  ({ name, where, expected }) => ({ message: `${name} is not there`, expected, received: "none", where }),
);

export const E_VISION_VOC_FEW: Coded<{ file: string; expected: number; received: number; classes: readonly string[] }> = defineError(
  "E_VISION_VOC_FEW",
  ({ file, expected, received, classes }) => ({
    message: `${file} has ${received === 0 ? "no boxes" : "too few boxes"}${classes.length === 0 ? "" : ` of ${classes.join(", ")}`}`,
    expected: `at least ${expected}, one for each point`,
    received: String(received),
    where: file,
    hint: "Ask for fewer `points`, name other `classes`, or leave such images out: skipFew: true.",
  }),
);

export const E_VISION_PATH_VARIABLE: Coded<{ name: string; path: string }> = defineError("E_VISION_PATH_VARIABLE", ({ name, path }) => ({
  message: `the path ${path} needs the environment variable ${name}, which is not set`,
  expected: `${name}=folder in the environment`,
  received: "none",
  hint: `Run it as ${name}=/path/to/data npx fastap …`,
}));

export const E_VISION_NO_FILES: Coded<{ folder: string; what: string; found: readonly string[] }> = defineError(
  "E_VISION_NO_FILES",
  ({ folder, what, found }) => ({
    message: `there are no ${what} in ${folder}`,
    expected: "files that end in .jpg, .png, .webp or another image extension",
    received: found.length === 0 ? "an empty folder" : `${found.slice(0, 8).join(", ")}${found.length > 8 ? ", …" : ""}`,
    where: folder,
  }),
);

export const E_VISION_ONE_CLASS: Coded<{ label: string; where: string }> = defineError("E_VISION_ONE_CLASS", ({ label, where }) => ({
  message: `all training images are of one class, "${label}": there is nothing to tell apart`,
  expected: "two classes at least",
  received: label,
  where,
  hint: "Are labels taken from the right place? Or give the class list as vocab.",
}));

export const E_VISION_CSV: Coded<{ file: string; problem: string; row?: number }> = defineError(
  "E_VISION_CSV",
  ({ file, problem, row }) => ({
    message: `${file} cannot be read as a table: ${problem}`,
    where: row === undefined ? file : `${file}, row ${row}`,
  }),
);

export const E_VISION_NO_ENGINE: Coded<{ transform: string }> = defineError("E_VISION_NO_ENGINE", ({ transform }) => ({
  message: `transform "${transform}" got a batch without an engine`,
  expected: "new TensorBatch(tensor, type, engine)",
  received: "no engine",
  hint: 'Data loaders give it; in code of your own pass host.resolve("engine").',
}));
