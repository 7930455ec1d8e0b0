import type { Tensor } from "@fastap/kernel";
import { add, cast, mul, reshape, sub, tidy } from "@tensorflow/tfjs-core";

/** `lam` parts of `own`, the rest of `other`; `lam` holds one share per item, or one. New tensor, float32. */
export function lerp(own: Tensor, other: Tensor, lam: Tensor): Tensor {
  return tidy(() => {
    const share = lam.size === 1 ? reshape(lam, []) : reshape(lam, [lam.size, ...own.shape.slice(1).map(() => 1)]);
    return add(mul(share, cast(own, "float32")), mul(sub(1, share), cast(other, "float32")));
  });
}
