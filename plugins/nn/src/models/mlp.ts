import { BatchNorm } from "../layers/batch-norm.ts";
import { Flatten } from "../layers/flatten.ts";
import { Linear } from "../layers/linear.ts";
import { Relu } from "../layers/relu.ts";
import { Sequential } from "../layers/sequential.ts";
import type { Module } from "../module.ts";
import { parseMlp } from "../options.ts";
import type { MlpOptions } from "../options.ts";

/** Linear layers with ReLU between: `[batch, …]` of `sizes[0]` values → `[batch, classes]`. @throws E_NN_OPTION */
export function mlp(options: Partial<MlpOptions> = {}): Sequential {
  const { sizes, norm, flatten } = parseMlp(options);
  const layers: Module[] = flatten ? [new Flatten()] : [];
  sizes.slice(1).forEach((nOut, i) => {
    layers.push(new Linear(sizes[i] ?? 1, nOut));
    if (i === sizes.length - 2) return;
    if (norm === "batch") layers.push(new BatchNorm(nOut));
    layers.push(new Relu());
  });
  return new Sequential(...layers);
}
