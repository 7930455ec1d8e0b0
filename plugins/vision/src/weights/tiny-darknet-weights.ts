import type { StateDict, StoredTensor } from "@fastap/kernel";
import { readTfjsFile } from "./tfjs-file.ts";
import { convKernel } from "./tensorflow-kernel.ts";

/** Places of the pools among the features. */
const POOLS = new Set([1, 3, 8, 13]);
const NORM: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/** `conv2d_3/kernel` → `features.4.0.weight`; the 16th convolution is the classifier. */
export function tinyDarknetWeights(bytes: Uint8Array, read: (sibling: string) => Uint8Array): StateDict {
  const places = Array.from({ length: 19 }, (_, i) => i).filter((i) => !POOLS.has(i));
  const entries = [...readTfjsFile(bytes, read).weights].map(([path, { shape, data }]): [string, StoredTensor] => {
    const [, kind, number, variable = ""] = /^(conv2d|batch_normalization)_(\d+)\/(\w+)$/.exec(path) ?? [];
    const place = places[Number(number) - 1];
    const layer = place === undefined ? "classifier" : `features.${place}.${kind === "conv2d" ? 0 : 1}`;
    if (variable === "kernel") return [`${layer}.weight`, convKernel(data, shape)];
    return [`${layer}.${NORM[variable] ?? variable}`, { dtype: "F32", shape, data }];
  });
  return new Map(entries);
}
