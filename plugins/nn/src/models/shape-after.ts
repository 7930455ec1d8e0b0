import { Conv } from "../layers/conv.ts";
import { MaxPool2d } from "../layers/max-pool2d.ts";
import { AvgPool, MaxPool } from "../layers/pool.ts";
import { ResBlock } from "../layers/res-block.ts";
import { Sequential } from "../layers/sequential.ts";
import type { Module } from "../module.ts";
import { BasicBlock } from "./basic-block.ts";

/** Of an image or what layers made of it. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What a layer of a body makes of an image, without running it; layers that are not listed keep the shape. */
export function shapeAfter(module: Module, shape: ImageShape): ImageShape {
  if (module instanceof Sequential) return module.layers.reduce((now, layer) => shapeAfter(layer, now), shape);
  if (module instanceof ResBlock) return shapeAfter(module.convpath, shape);
  if (module instanceof BasicBlock) return shapeAfter(module.conv2, shapeAfter(module.conv1, shape));
  if (module instanceof Conv) return { ...slid(shape, module.dilation * (module.ks - 1) + 1, module), channels: module.nf };
  if (module instanceof MaxPool || module instanceof AvgPool || module instanceof MaxPool2d) return slid(shape, module.ks, module);
  return shape;
}

function slid(
  shape: ImageShape,
  reach: number,
  { stride, padding }: { readonly stride: number; readonly padding: number | "same" },
): ImageShape {
  if (padding === "same") return shape;
  const along = (n: number): number => Math.floor((n + 2 * padding - reach) / stride) + 1;
  return { ...shape, height: along(shape.height), width: along(shape.width) };
}
