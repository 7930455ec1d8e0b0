import type { Grads } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { backpropagate } from "./backpropagate.ts";
import { E_ENGINE_LOSS_PROMISE, E_ENGINE_LOSS_SHAPE } from "./errors.ts";
import { explain } from "./missing-op.ts";
import { isPromise, unheard } from "./scopes.ts";
import { scoped, tapingEngine } from "./taping-engine.ts";
import { tensorText } from "./tensor-text.ts";

/**
 * The scalar that `f` returns and its gradient for each parameter that it depends on; the others get no entry.
 * The caller owns value and gradients. What `f` throws comes out as it is, with nothing left on the tape.
 * @throws E_ENGINE_LOSS_PROMISE, E_ENGINE_LOSS_SHAPE, E_ENGINE_OP_MISSING, E_ENGINE_GRADIENT_MISSING
 */
export function valueAndGrad(params: ReadonlyMap<string, Tensor>, f: () => Tensor): { readonly value: Tensor; readonly grads: Grads } {
  const xs = [...params.values()];
  const thrown: unknown[] = [];
  const { value, grads } = differentiate(xs, () => {
    try {
      return lossOf(f(), xs);
    } catch (error) {
      thrown.push(error);
      return tf.scalar(0); // a throw through tfjs's tape would leak what it saved: let it end with a loss of nothing
    }
  });
  if (thrown.length > 0) {
    value.dispose(); // the stand-in, which depends on no parameter: there are no gradients
    throw explain(thrown[0]);
  }
  const byName: Grads = new Map();
  let next = 0;
  for (const name of params.keys()) {
    const grad = grads[next++];
    if (grad != null) byName.set(name, grad);
  }
  return { value, grads: byName };
}

/** One gradient per x, undefined where the loss does not depend on it. */
function differentiate(xs: readonly Tensor[], f: () => Tensor): { value: Tensor; grads: (Tensor | undefined)[] } {
  if (xs.length === 0) return { value: tf.tidy(f), grads: [] };
  let value: Tensor | undefined;
  try {
    const loss = taped(f);
    value = loss;
    const { activeTape, gradientDepth } = tapingEngine().state;
    return { value, grads: scoped(() => backpropagate(activeTape, loss, xs, gradientDepth === 0)) };
  } catch (error) {
    if (value?.kept === false) value.dispose();
    throw explain(error);
  } finally {
    releaseTape();
  }
}

function taped(f: () => Tensor): Tensor {
  const engine = tapingEngine();
  engine.startTape();
  try {
    const [loss] = scoped((): [Tensor] => [f()]);
    return loss;
  } finally {
    engine.endTape();
  }
}

/** What is left of the tape. */
function releaseTape(): void {
  const { state } = tapingEngine();
  if (state.gradientDepth > 0) return; // the outer gradient still needs it
  for (const { saved } of state.activeTape) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = [];
}

function lossOf(loss: Tensor | PromiseLike<unknown>, xs: readonly Tensor[]): Tensor {
  if (isPromise(loss)) throw unheard(loss, E_ENGINE_LOSS_PROMISE(undefined));
  if (!(loss instanceof tf.Tensor)) throw E_ENGINE_LOSS_SHAPE({ received: typeof loss });
  if (loss.rank !== 0 || loss.dtype !== "float32") throw E_ENGINE_LOSS_SHAPE({ received: tensorText(loss) });
  return xs.includes(loss) ? tf.clone(loss) : loss; // the caller will dispose the value, not its parameter
}
