import type { Host } from "@fastap/kernel";
import { defineDisplay, withLine } from "@fastap/plugin-display";
import type { Display, Role } from "@fastap/plugin-display";
import { plainWords } from "./plain-samples.ts";
import { TensorBase } from "./semantic-types.ts";
import { Category, MultiCategory, Titled, TitledFloat, TitledTuple } from "./titled.ts";

const SIGNIFICANT = 6;

/** Values that are said in words, by name. */
const TEXTS: Readonly<Record<string, Display>> = {
  text: said(Titled, "text", (value) => value.toString()),
  category: said(Category, "label", (value) => value.toString()),
  categories: said(MultiCategory, "labels", ({ value }) => new MultiCategory(value.filter((label) => label !== "#na#")).toString()),
  number: said(TitledFloat, "text", ({ value }) => new TitledFloat(short(value)).toString()),
  numbers: said(TitledTuple, "text", ({ value }) => new TitledTuple(value.map(short)).toString()),
  tensor: { ...said(TensorBase, "text", (value) => plainWords(value).toString()), fallback: true },
};

export function contributeTextDisplays(host: Host): void {
  for (const [name, display] of Object.entries(TEXTS)) host.contribute("displays", { name, make: () => display });
}

function said<T extends object>(type: abstract new (...args: never[]) => T, role: Role, words: (value: T) => string): Display {
  return defineDisplay({ type, role, draw: (value, cell) => withLine(cell, words(value)) });
}

/** As many digits as a float32 has. */
function short(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT));
}
