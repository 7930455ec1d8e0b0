import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { isVariable, scoped, shareOf, tapingEngine } from "../taping-engine.ts";

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

/**
 * An operation with a gradient of its own and any number of outputs, as one node of the tape. As tf.customGrad, which allows a single
 * output and runs a kernel for every tensor that it saves.
 */
export function runTaped<I extends Record<string, Tensor>>(op: TapedOp<I>): Tensor[] {
  const engine = tapingEngine();
  const { state } = engine;
  const taped = engine.isTapeOn();
  let saved: readonly Tensor[] = [];
  let outputs: Tensor[] = [];
  const save = (tensors: readonly Tensor[]): void => {
    if (taped) saved = tensors.map(held);
  };
  state.kernelDepth++;
  try {
    outputs = scoped(() => op.forward(save));
  } catch (error) {
    release(saved);
    throw error;
  } finally {
    state.kernelDepth--;
  }
  if (!taped) return outputs;
  state.activeTape.push({
    id: state.nextTapeNodeId++,
    kernelName: state.activeScope?.name ?? "",
    inputs: op.inputs,
    outputs,
    saved: saved.filter((tensor) => !isVariable(tensor)),
    // Computed before the thunks are made: whoever calls them may tidy each by itself, which would dispose what the others share.
    gradient: (dys) =>
      thunks(
        op.backward(
          dys.map((dy, i) => dy ?? tf.zeros(outputs[i]?.shape ?? [])),
          saved,
        ),
      ),
  });
  return outputs;
}

function thunks(grads: Record<string, Gradient>): Record<string, () => Tensor> {
  const made: Record<string, () => Tensor> = {};
  for (const name in grads) {
    const grad = grads[name] as Gradient;
    made[name] = typeof grad === "function" ? grad : () => grad;
  }
  return made;
}

/** Whoever made the tensor may dispose it before the backward pass; variables live longer than the tape anyway. */
function held(tensor: Tensor): Tensor {
  return isVariable(tensor) ? tensor : tf.keep(shareOf(tensor));
}

function release(saved: readonly Tensor[]): void {
  for (const tensor of saved) if (!isVariable(tensor)) tensor.dispose();
}
