import { defineError, didYouMean } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;
const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
const layerText = (path: string, kind: string): string => (path === "" ? `the model itself (${kind})` : `layer "${path}" (${kind})`);

export const E_NN_UNINITIALISED: Make<{ kind: string; action: string }> = defineError("E_NN_UNINITIALISED", (d) => ({
  message: `${d.action} needs the parameters of this ${d.kind}, which do not exist yet or are disposed`,
  hint: "Call model.init({ engine, random }) first; the Learner does.",
}));

interface LayerCall {
  readonly path: string;
  readonly kind: string;
  readonly shapes: readonly (readonly number[])[];
  readonly backend: string;
}

export const E_NN_LAYER: Make<LayerCall & { reason: string }> = defineError("E_NN_LAYER", (d) => ({
  message: `at ${layerText(d.path, d.kind)}: ${d.reason}`,
  where: callText(d),
}));

/** Which layer was called with what, and where. */
export function callText({ path, kind, shapes, backend }: LayerCall): string {
  return `${layerText(path, kind)}, input ${shapes.map(shapeText).join(", ") || "none"}, on backend ${backend}`;
}

interface WrongInput {
  readonly path: string;
  readonly kind: string;
  readonly backend: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

export const E_NN_SHAPE: Make<WrongInput> = defineError("E_NN_SHAPE", (d) => ({
  message: `${layerText(d.path, d.kind)} cannot take this input`,
  expected: d.expected,
  received: d.received,
  where: `${layerText(d.path, d.kind)}, on backend ${d.backend}`,
  hint: d.hint,
}));

export const E_NN_OPTION: Make<{ of: string; problem: string; option?: string; known?: readonly string[] }> = defineError(
  "E_NN_OPTION",
  (d) => ({
    message: `${d.of}: ${d.problem}`,
    where: d.option === undefined ? d.of : `option "${d.option}" of ${d.of}`,
    hint: d.known === undefined ? undefined : [didYouMean(d.option ?? "", d.known), `Options: ${d.known.join(", ")}.`].join(" ").trim(),
  }),
);

export const E_NN_STATE: Make<{ missing: readonly string[]; unexpected: readonly string[]; wrong: readonly string[] }> = defineError(
  "E_NN_STATE",
  (d) => ({
    message: [
      "this state dict does not fit the model",
      ...listed("missing", d.missing),
      ...listed("unexpected", d.unexpected),
      ...listed("wrong", d.wrong),
    ].join("\n    "),
    where: "loadStateDict; nothing was changed",
    hint: d.wrong.length === 0 ? "{ strict: false } loads what fits by name." : undefined,
  }),
);

export const E_NN_SAFETENSORS: Make<{ name: string | undefined; problem: string; tensor?: string }> = defineError(
  "E_NN_SAFETENSORS",
  (d) => ({
    message: `${d.name === undefined ? "these bytes are" : `"${d.name}" is`} no valid safetensors file: ${d.problem}`,
    where: d.tensor === undefined ? d.name : `tensor "${d.tensor}"`,
  }),
);

export const E_NN_ENCODE: Make<{ tensor: string; problem: string }> = defineError("E_NN_ENCODE", (d) => ({
  message: `tensor "${d.tensor}" cannot be written: ${d.problem}`,
  where: "encodeSafetensors",
}));

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(", ")}`];
}
