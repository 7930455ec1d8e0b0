import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

export const E_VISION_OPTION: Coded<{ option: string; expected: string; received: string; where?: string; hint?: string }> = defineError(
  "E_VISION_OPTION",
  ({ option, expected, received, where, hint }) => ({ message: `bad option "${option}"`, expected, received, where, hint }),
);

export const E_VISION_UNNAMED: Coded<{ what: string; hint: string }> = defineError("E_VISION_UNNAMED", ({ what, hint }) => {
  return { message: `${what} cannot be exported: nothing is registered by its name`, where: "learn.export", hint };
});

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
    hint: "It was not decoded. If it is what it says, make it smaller (resizeImages), or give an imgCls whose create sets maxPixels.",
  }),
);

export const E_VISION_INPUT: Coded<{ what: string; expected: string; received: string; where: string }> = defineError(
  "E_VISION_INPUT",
  ({ what, ...rest }) => ({ message: `no ${what} can be made of this`, ...rest }),
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
