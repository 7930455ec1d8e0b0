import type { DisplayedTransform, Portable } from "@fastap/plugin-data";

const MODULE = new URL("./named-transforms.js", import.meta.url).href;
const NAMES: ReadonlySet<string> = new Set([
  ...["Resize", "CropPad", "OldRandomCrop", "RandomCrop", "RatioResize", "RandomResizedCrop"],
  ...["FlipItem", "DihedralItem"],
]);

/** How a worker makes a transform of this package again; a class derived from one has to say that itself. */
export function portableByName({ name, args }: DisplayedTransform): Portable | undefined {
  if (!NAMES.has(name)) return undefined;
  return { module: MODULE, name: "namedTransform", args: [name.charAt(0).toLowerCase() + name.slice(1), args] };
}
