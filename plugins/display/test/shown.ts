import type { Entry, Registry } from "@fastap/kernel";
import { defineDisplay, Displays, withLine, withMarks, type Display } from "@fastap/plugin-display";

export class Picture {
  readonly shade: number;
  constructor(shade: number) {
    this.shade = shade;
  }
}
export class Label {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class Labels extends Label {}
export class Noise {}
export class Outline {
  readonly left: number;
  constructor(left: number) {
    this.left = left;
  }
}

const picture = defineDisplay({
  type: Picture,
  role: "picture",
  draw: ({ shade }, cell) =>
    withMarks(cell, { kind: "raster", raster: { width: 4, height: 2, channels: 1, data: new Uint8Array(8).fill(shade) } }),
});
const label = defineDisplay({ type: Label, role: "label", draw: ({ name }, cell) => withLine(cell, name) });
const labels = defineDisplay({ type: Labels, role: "labels", draw: ({ name }, cell) => withLine(cell, name) });
const noise = defineDisplay({ type: Noise, role: "hidden", draw: (_, cell) => withLine(cell, "noise") });
const outline = defineDisplay({
  type: Outline,
  role: "overlay",
  draw: ({ left }, cell) => withMarks(cell, { kind: "box", box: [left, 0, 4, 2], label: "<box>" }),
});

/** A registry as a host has it. */
export function registryOf(entries: Readonly<Record<string, Display>>): Registry<Display> {
  const entry = (name: string): Entry<Display> => ({ name, make: () => entries[name] ?? picture });
  return {
    token: "displays",
    names: () => Object.keys(entries),
    has: (name) => name in entries,
    get: entry,
    make: (spec) => entry(typeof spec === "string" ? spec : spec[0]).make({}, undefined as never),
  };
}

export const displays: Displays = new Displays(registryOf({ picture, label, labels, noise, outline }));
