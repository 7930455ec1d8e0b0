import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";
import { namedUpTo } from "./named-up-to.ts";

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
