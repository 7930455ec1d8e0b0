import { reshape } from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** `[…, channels]` → `[rows, channels]` */
export function rowsOf(x: Tensor): Tensor {
  if (x.rank === 2) return x;
  const channels = x.shape.at(-1) ?? 1;
  return reshape(x, [x.size / channels, channels]);
}
