import { defineError, didYouMean } from "@fastap/kernel";
import type { Coded } from "./coded.ts";
import { namedUpTo } from "./named-up-to.ts";

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
