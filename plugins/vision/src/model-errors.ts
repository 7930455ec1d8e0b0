import { defineError, didYouMean } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_VISION_CUT: Make<{ cut: number | undefined; children: number }> = defineError("E_VISION_CUT", (d) => ({
  message:
    d.cut === undefined
      ? `none of the model's ${d.children} children after the first has a pooling layer, so nothing says where its body ends`
      : `a cut at ${d.cut} leaves nothing of a model with ${d.children} children`,
  hint: "Give `cut`: how many children are the body, from the end where negative, or a function of the model.",
}));

export const E_VISION_MODEL_OPTION: Make<{ of: string; option: string; expected: string; received: string; known?: readonly string[] }> =
  defineError("E_VISION_MODEL_OPTION", (d) => ({
    message: `${d.of}: ${d.known === undefined ? `${d.option} does not fit` : `no option "${d.option}"`}`,
    expected: d.expected,
    received: d.received,
    where: `option "${d.option}" of ${d.of}`,
    hint: d.known === undefined ? undefined : didYouMean(d.option, d.known),
  }));

export const E_VISION_N_OUT: Make<{ of: string }> = defineError("E_VISION_N_OUT", (d) => ({
  message: `${d.of}: the data do not say how many outputs the model needs`,
  expected: "dls.c of at least 1, or the option nOut",
  received: "neither",
  hint: "Give `nOut`: the number of classes, or of the numbers to predict.",
}));

export const E_VISION_INPUT: Make<{ layer: string; received: string }> = defineError("E_VISION_INPUT", (d) => ({
  message: `these weights cannot be adapted to images of other channels`,
  expected: "a first layer with the weight [filters, 3, height, width]",
  received: `${d.layer} ${d.received}`,
  hint: "Convert the images to RGB, or train with pretrained: false.",
}));

export const E_VISION_NORMALIZE: Make<{ arch: string }> = defineError("E_VISION_NORMALIZE", (d) => ({
  message: `the weights of "${d.arch}" want normalised images, and these data have no batch transforms to add that to`,
  hint: "Make the data with imageDataLoaders or a DataBlock; or normalise yourself and pass { normalize: false }.",
}));

export const E_VISION_NO_WEIGHTS: Make<{ arch: string; known: readonly string[] }> = defineError("E_VISION_NO_WEIGHTS", (d) => ({
  message: `no weights are registered for "${d.arch}"`,
  expected: "a name, the path of a safetensors file, or a state dict as `weights`; or pretrained: false",
  hint: `Registered: ${d.known.join(", ")}. PyTorch writes a file that loads: safetensors.torch.save_file(model.state_dict(), "${d.arch}.safetensors").`,
}));

export const E_VISION_WEIGHTS_ABSENT: Make<{ name: string; looked: readonly string[]; fetch: string }> = defineError(
  "E_VISION_WEIGHTS_ABSENT",
  (d) => ({
    message: `the file of the weights "${d.name}" is not here`,
    expected: `one of\n    ${d.looked.join("\n    ")}`,
    received: "none",
    hint: d.fetch,
  }),
);

export const E_VISION_WEIGHTS_SHA: Make<{ name: string; file: string; expected: string; received: string }> = defineError(
  "E_VISION_WEIGHTS_SHA",
  (d) => ({
    message: `"${d.file}" is not the file of the weights "${d.name}": it is damaged, or another version`,
    expected: `sha256 ${d.expected}`,
    received: d.received,
    hint: "Fetch it again; or give its path as `weights` if you mean this file.",
  }),
);

export interface Mismatch {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** `name is [2, 3], not [3, 3]` */
  readonly mismatched: readonly string[];
}

export const E_VISION_WEIGHTS: Make<{ arch: string; file: string } & Mismatch> = defineError("E_VISION_WEIGHTS", (d) => ({
  message: [
    `"${d.file}" does not hold weights of "${d.arch}"`,
    ...listed("missing", d.missing),
    ...listed("unexpected", d.unexpected),
    ...listed("mismatched", d.mismatched),
  ].join("\n    "),
  where: "nothing was changed",
  hint: "Choose the architecture that the file was made with.",
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

export const E_VISION_TFJS_FILE: Make<{ problem: string }> = defineError("E_VISION_TFJS_FILE", (d) => ({
  message: `this tfjs model cannot be read: ${d.problem}`,
  where: "model.json",
}));

export const E_VISION_CUT_NODE: Make<{ name: string; known: readonly string[] }> = defineError("E_VISION_CUT_NODE", (d) => ({
  message: `this tfjs model has no ${d.name === "" ? "layer" : `layer "${d.name}"`} to end at`,
  expected: d.known.length === 0 ? "a model with layers" : `one of its ${d.known.length}: ${namedUpTo(20, d.known)}`,
  received: d.name === "" ? "none" : d.name,
  where: "the option upTo",
  hint: didYouMean(d.name, d.known),
}));

export const E_VISION_IMAGE_SIZE: Make<void> = defineError("E_VISION_IMAGE_SIZE", () => ({
  message: "unetLearner: the validation data give no batch of images to know their size by",
  expected: "a batch [batch, height, width, channels], or the option imgSize",
  received: "none",
}));

export const E_VISION_UNSUPPORTED: Make<{ what: "layers" | "ops"; names: readonly string[] }> = defineError(
  "E_VISION_UNSUPPORTED",
  (d) => ({
    message: `this tfjs model has ${d.what} that cannot be read, or not with their settings: ${d.names.join(", ")}`,
    where: "model.json",
    hint: "Cut the model before them with `upTo`: only what a body needs has to be readable.",
  }),
);
