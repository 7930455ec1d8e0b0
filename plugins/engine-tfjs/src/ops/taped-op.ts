import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

interface TapedOp<I extends Record<string, Tensor>> {
  readonly inputs: I;
  /** Computes the outputs and saves what `backward` needs; its other tensors are disposed. */
  forward(save: (tensors: Tensor[]) => void): Tensor[];
  /** One gradient per input from one per output; an output that the loss does not use has zeros. */
  backward(dys: readonly Tensor[], saved: readonly Tensor[]): Record<keyof I, Tensor>;
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
  return engine.runKernelFunc({
    inputs: op.inputs,
    forwardFunc: (_backend, save) => op.forward(save),
    // Computed before the thunks are made: tfjs tidies each thunk by itself, which would dispose what the others share.
    backwardsFunc: (dys, saved) => {
      const grads = tf.tidy(() => op.backward([dys].flat(), saved));
      return Object.fromEntries(Object.entries<Tensor>(grads).map(([name, grad]) => [name, () => grad]));
    },
  });
}
