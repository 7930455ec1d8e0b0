import type { Tensor } from "@fastap/kernel";
import { add, mul, sub, tidy } from "@tensorflow/tfjs-core";

/** `own` where the mask is 1, `other` where it is 0; new tensor. */
export function paste(own: Tensor, other: Tensor, mask: Tensor): Tensor {
  return tidy(() => add(mul(own, mask), mul(other, sub(1, mask))));
}
