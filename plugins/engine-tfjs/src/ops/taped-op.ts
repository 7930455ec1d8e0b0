import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** A gradient, or how to compute it if it is asked for. */
type Gradient = Tensor | (() => Tensor);

interface TapedOp<I extends Record<string, Tensor>> {
  readonly inputs: I;
  /** Computes the outputs and saves what `backward` needs; its other tensors are disposed. */
  forward(save: (tensors: readonly Tensor[]) => void): Tensor[];
  /**
   * One gradient per input from one per output; an output that the loss does not use has zeros. Its other tensors are disposed once the
   * gradients have been taken.
   */
  backward(dys: readonly Tensor[], saved: readonly Tensor[]): Record<keyof I, Gradient>;
}

/** What tf.customGrad calls; that one allows a single output only. A list of one output gets a single dy. */
interface KernelRunner {
  runKernelFunc(call: {
    inputs: Record<string, Tensor>;
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
  }): Tensor[];
}

/** An operation with a gradient of its own and any number of outputs, as one node of the tape. */
export function runTaped<I extends Record<string, Tensor>>(op: TapedOp<I>): Tensor[] {
  const engine = tf.engine() as unknown as KernelRunner;
  let needed: readonly Tensor[] = [];
  return engine.runKernelFunc({
    inputs: op.inputs,
    // tfjs copies what it saves; variables live longer than the tape anyway.
    forwardFunc: (_backend, save) =>
      op.forward((tensors) => {
        needed = tensors;
        save(tensors.filter((tensor) => !isVariable(tensor)));
      }),
    // Computed before the thunks are made: whoever calls them may tidy each by itself, which would dispose what the others share.
    backwardsFunc: (dys, copies) => {
      let next = 0;
      const saved = needed.map((tensor) => (isVariable(tensor) ? tensor : (copies[next++] ?? tensor)));
      const grads = op.backward(Array.isArray(dys) ? dys : [dys], saved);
      return Object.fromEntries(
        Object.entries<Gradient>(grads).map(([name, grad]) => [name, typeof grad === "function" ? grad : () => grad]),
      );
    },
  });
}

function isVariable(tensor: Tensor): boolean {
  return tensor instanceof tf.Variable;
}
