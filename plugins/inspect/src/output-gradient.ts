import type { Pred, Tensor } from "@fastap/kernel";
import { customGrad } from "@tensorflow/tfjs-core";

/** The same values, whose gradient `see` is shown on its way back; it is the tape's, so `see` keeps what it wants to have. */
export function watchGradient(output: Pred, see: (gradient: Tensor, place: number) => void): Pred {
  let place = 0;
  const watch = (nest: Pred): Pred => (isList(nest) ? nest.map(watch) : watched(nest, place++));
  const watched = (tensor: Tensor, at: number): Tensor =>
    customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy) => {
        see(dy, at);
        return dy.clone();
      },
    }))(tensor);
  return watch(output);
}

function isList(nest: Pred): nest is readonly Pred[] {
  return Array.isArray(nest);
}
