import type { AdamStep, Engine, Tensor } from "@fastap/kernel";
import { add, div, mul, sqrt, square, sub } from "@tensorflow/tfjs-core";

/** Adam's step in plain ops: all that optimizers ask of an engine. */
export const engine: { readonly ops: Pick<Engine["ops"], "adamStep"> } = {
  ops: {
    adamStep(param: Tensor, grad: Tensor, avg: Tensor, sqrAvg: Tensor, { lr, mom, sqrMom, eps, t }: AdamStep) {
      const nextAvg = add(mul(avg, mom), mul(grad, 1 - mom));
      const nextSqr = add(mul(sqrAvg, sqrMom), mul(square(grad), 1 - sqrMom));
      const root = add(sqrt(div(nextSqr, 1 - sqrMom ** t)), eps);
      return [sub(param, mul(div(nextAvg, root), lr / (1 - mom ** t))), nextAvg, nextSqr];
    },
  },
};
