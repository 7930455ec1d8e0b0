import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { requireFloats, unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

/** What decides on each number: it is kept where its hash is at least `threshold`, and multiplied by `scale`. */
interface Mask extends Record<string, number> {
  key: number;
  threshold: number;
  scale: number;
}

/**
 * Zeroes each number with chance `p` and multiplies the others by 1 / (1 − p). Which ones depends on `seed` and their place alone, so it
 * is the same on every backend, and the gradient needs nothing saved. The caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 * @source torch.nn.functional.dropout
 */
export function dropout(x: Tensor, p: number, seed: number, hasKernel: HasKernel): Tensor {
  if (!(p >= 0 && p < 1)) throw unfitInput({ op: "dropout", input: "p", expected: "from 0 to below 1", received: String(p) });
  requireFloats("dropout", "x", x);
  const mask = { key: mix(seed | 0), threshold: Math.floor(p * 2 ** 32), scale: 1 / (1 - p) };
  const apply = (values: Tensor): Tensor[] => {
    return hasKernel("FastapDropout") ? runFused("FastapDropout", { x: values }, mask) : [compose(values, mask)];
  };
  const [y] = runTaped({
    inputs: { x },
    forward: () => apply(x),
    backward: ([dy]) => ({ x: apply(dy as Tensor)[0] as Tensor }),
  }) as [Tensor];
  return y;
}

function compose(x: Tensor, { key, threshold, scale }: Mask): Tensor {
  const factors = Float32Array.from({ length: x.size }, (_, place) => (mix(mix(place) ^ key) >>> 0 >= threshold ? scale : 0));
  return tf.mul(x, tf.tensor(factors, x.shape));
}

/** 32 bits to 32 bits, each of which depends on all. @source MurmurHash3, fmix32 */
function mix(bits: number): number {
  let h = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
