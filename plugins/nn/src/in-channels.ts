import { E_NN_OPTION } from "./errors.ts";
import type { Module } from "./module.ts";

/** Channels that the first convolution of images takes. @source fastai.layers.in_channels @throws E_NN_OPTION where there is none */
export function inChannels(module: Module): number {
  for (const [name, { shape }] of module.saved()) if (shape.length === 4 && /weight(_orig|_v)?$/.test(name)) return shape[1] ?? 1;
  throw E_NN_OPTION({ of: "inChannels", problem: "the model has no weight of rank 4, so nothing says how many channels it takes" });
}
