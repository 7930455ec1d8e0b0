import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { activationGrad } from "./activation.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";
import { requireFloats } from "./unfit-input.ts";

/**
 * Zero where `x` is below, of any shape; the caller disposes the result. With a kernel its gradient is one pass, where tf.relu takes three.
 * @throws E_ENGINE_OP_INPUT
 */
export function relu(x: Tensor, hasKernel: HasKernel): Tensor {
  requireFloats("relu", "x", x);
  if (!hasKernel("FastapActivationGrad")) return tf.relu(x);
  const [y] = runTaped({
    inputs: { x },
    forward(save) {
      const positive: Tensor = tf.relu(x);
      save([positive]);
      return [positive];
    },
    backward: ([dy], [saved]) => ({ x: activationGrad(dy as Tensor, saved as Tensor, "relu", hasKernel) }),
  }) as [Tensor];
  return y;
}
