import type { Grads, Tensor } from "@fastap/kernel";
import { abs, add, div, max, maximum, minimum, mul, pow, scalar, sqrt, square, stack, sum, tidy } from "@tensorflow/tfjs-core";

/** New gradients whose common norm is at most `maxNorm`; a `normType` of Infinity takes the largest value. `@source torch.nn.utils.clip_grad_norm_` */
export function clipped(grads: Grads, maxNorm: number, normType: number): Grads {
  return new Map(
    Object.entries(
      tidy(() => {
        const factor = minimum(div(maxNorm, add(normOf([...grads.values()], normType), 1e-6)), 1);
        return Object.fromEntries([...grads].map(([name, grad]) => [name, mul(grad, factor)]));
      }),
    ),
  );
}

/** Of all values together; scalar. */
export function normOf(grads: readonly Tensor[], normType: number): Tensor {
  if (grads.length === 0) return scalar(0);
  if (normType === Infinity) return grads.map((grad) => max(abs(grad))).reduce((a, b) => maximum(a, b));
  if (normType === 2) return sqrt(sum(stack(grads.map((grad) => sum(square(grad))))));
  return pow(sum(stack(grads.map((grad) => sum(pow(abs(grad), normType))))), 1 / normType);
}
