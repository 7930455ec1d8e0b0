import { AvgPool, Conv, MaxPool, MaxPool2d, ResBlock, Sequential } from "@fastap/plugin-nn";
import type { Module, Padding } from "@fastap/plugin-nn";

/** Of an image or what layers made of it. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A layer that says what it makes of a shape. One that changes shapes and is no layer of nn has to, to be part of a body. */
export interface Reshaping {
  after(shape: ImageShape): ImageShape;
}

/** What a layer of a body makes of an image, without running it; layers that do not say and are not listed here keep the shape. */
export function shapeAfter(module: Module, shape: ImageShape): ImageShape {
  if (isReshaping(module)) return module.after(shape);
  if (module instanceof Sequential) return module.layers.reduce((now, layer) => shapeAfter(layer, now), shape);
  if (module instanceof ResBlock) return shapeAfter(module.convpath, shape);
  if (module instanceof Conv) return { ...slid(shape, module.dilation * (module.ks - 1) + 1, module), channels: module.nf };
  if (module instanceof AvgPool && module.ceilMode) return slid(shape, module.ks, module, Math.ceil);
  if (module instanceof MaxPool || module instanceof AvgPool || module instanceof MaxPool2d) return slid(shape, module.ks, module);
  return shape;
}

/** A window of `reach` pixels at every `stride`. */
export function slid(
  shape: ImageShape,
  reach: number,
  { stride, padding }: { readonly stride: number; readonly padding: Padding },
  round: (n: number) => number = Math.floor,
): ImageShape {
  const along = (n: number): number => {
    if (typeof padding === "string") return Math.ceil(n / stride);
    return round((n + 2 * padding - reach) / stride) + 1;
  };
  return { ...shape, height: along(shape.height), width: along(shape.width) };
}

function isReshaping(module: Module): module is Module & Reshaping {
  return "after" in module && typeof module.after === "function";
}
