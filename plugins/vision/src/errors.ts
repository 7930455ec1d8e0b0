import { defineError, didYouMean } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

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

export const E_VISION_NO_FILES: Coded<{ folder: string; what: string; found?: readonly string[] | undefined }> = defineError(
  "E_VISION_NO_FILES",
  ({ folder, what, found = ["no such folder"] }) => ({
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

export const E_VISION_CUT: Coded<{ cut: number | undefined; children: number }> = defineError("E_VISION_CUT", (d) => ({
  message:
    d.cut === undefined
      ? `none of the model's ${d.children} children after the first has a pooling layer, so nothing says where its body ends`
      : `a cut at ${d.cut} leaves nothing of a model with ${d.children} children`,
  hint: "Give `cut`: how many children are the body, from the end where negative, or a function of the model.",
}));

export const E_VISION_MODEL_OPTION: Coded<{ of: string; option: string; expected: string; received: string; known?: readonly string[] }> =
  defineError("E_VISION_MODEL_OPTION", (d) => ({
    message: `${d.of}: ${d.known === undefined ? `${d.option} does not fit` : `no option "${d.option}"`}`,
    expected: d.expected,
    received: d.received,
    where: `option "${d.option}" of ${d.of}`,
    hint: d.known === undefined ? undefined : didYouMean(d.option, d.known),
  }));

export const E_VISION_N_OUT: Coded<{ of: string }> = defineError("E_VISION_N_OUT", (d) => ({
  message: `${d.of}: the data do not say how many outputs the model needs`,
  expected: "dls.c of at least 1, or the option nOut",
  received: "neither",
  hint: "Give `nOut`: the number of classes, or of the numbers to predict.",
}));

export const E_VISION_STEM: Coded<{ layer: string; received: string }> = defineError("E_VISION_STEM", (d) => ({
  message: `these weights cannot be adapted to images of other channels`,
  expected: "a first layer with the weight [filters, 3, height, width]",
  received: `${d.layer} ${d.received}`,
  hint: "Convert the images to RGB, or train with pretrained: false.",
}));

export const E_VISION_NORMALIZE: Coded<{ arch: string }> = defineError("E_VISION_NORMALIZE", (d) => ({
  message: `the weights of "${d.arch}" want normalised images, and these data have no batch transforms to add that to`,
  hint: "Make the data with imageDataLoaders or a DataBlock; or normalise yourself and pass { normalize: false }.",
}));

export const E_VISION_NO_WEIGHTS: Coded<{ arch: string; known: readonly string[] }> = defineError("E_VISION_NO_WEIGHTS", (d) => ({
  message: `no weights are registered for "${d.arch}"`,
  expected: "a name, the path of a safetensors file, or a state dict as `weights`; or pretrained: false",
  hint: `Registered: ${d.known.join(", ")}. PyTorch writes a file that loads: safetensors.torch.save_file(model.state_dict(), "${d.arch}.safetensors").`,
}));

export const E_VISION_WEIGHTS_ABSENT: Coded<{ name: string; looked: readonly string[]; fetch: string }> = defineError(
  "E_VISION_WEIGHTS_ABSENT",
  (d) => ({
    message: `the file of the weights "${d.name}" is not here`,
    expected: `one of\n    ${d.looked.join("\n    ")}`,
    received: "none",
    hint: d.fetch,
  }),
);

export const E_VISION_WEIGHTS_SHA: Coded<{ name: string; file: string; expected: string; received: string }> = defineError(
  "E_VISION_WEIGHTS_SHA",
  (d) => ({
    message: `"${d.file}" is not the file of the weights "${d.name}": it is damaged, or another version`,
    expected: `sha256 ${d.expected}`,
    received: d.received,
    hint: `Fetch it again:  npx fastap data get ${d.name} --force   Or give its path as \`weights\` if you mean this file.`,
  }),
);

export interface Mismatch {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** `name is [2, 3], not [3, 3]` */
  readonly mismatched: readonly string[];
}

export const E_VISION_WEIGHTS: Coded<{ arch: string; file: string } & Mismatch> = defineError("E_VISION_WEIGHTS", (d) => ({
  message: [
    `"${d.file}" does not hold weights of "${d.arch}"`,
    ...listed("missing", d.missing),
    ...listed("unexpected", d.unexpected),
    ...listed("mismatched", d.mismatched),
  ].join("\n    "),
  hint: "Nothing was changed. Choose the architecture that the file was made with.",
}));

/** All names, as far as a screen goes. */
function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${what} (${names.length}): ${namedUpTo(20, names)}`];
}

function namedUpTo(most: number, names: readonly string[]): string {
  const more = names.length > most ? ` … and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}

export const E_VISION_TFJS_FILE: Coded<{ problem: string }> = defineError("E_VISION_TFJS_FILE", (d) => ({
  message: `this tfjs model cannot be read: ${d.problem}`,
  where: "model.json",
}));

export const E_VISION_CUT_NODE: Coded<{ name: string; known: readonly string[] }> = defineError("E_VISION_CUT_NODE", (d) => ({
  message: `this tfjs model has no ${d.name === "" ? "layer" : `layer "${d.name}"`} to end at`,
  expected: d.known.length === 0 ? "a model with layers" : `one of its ${d.known.length}: ${namedUpTo(20, d.known)}`,
  received: d.name === "" ? "none" : d.name,
  where: "the option upTo",
  hint: didYouMean(d.name, d.known),
}));

export const E_VISION_IMAGE_SIZE: Coded<void> = defineError("E_VISION_IMAGE_SIZE", () => ({
  message: "unetLearner: the validation data give no batch of images to know their size by",
  expected: "a batch [batch, height, width, channels], or the option imgSize",
  received: "none",
}));

export const E_VISION_UNSUPPORTED: Coded<{ what: "layers" | "ops"; names: readonly string[] }> = defineError(
  "E_VISION_UNSUPPORTED",
  (d) => ({
    message: `this tfjs model has ${d.what} that cannot be read, or not with their settings: ${d.names.join(", ")}`,
    where: "model.json",
    hint: "Cut the model before them with `upTo`: only what a body needs has to be readable.",
  }),
);

export const E_VISION_OUTPUTS: Coded<{ names: readonly string[] }> = defineError("E_VISION_OUTPUTS", ({ names }) => ({
  message: `this tfjs model has ${names.length} outputs, where a model here has one`,
  expected: `upTo, one of ${namedUpTo(20, names)}`,
  received: "none",
  where: "model.json",
}));
