import { defineError, didYouMean } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

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
