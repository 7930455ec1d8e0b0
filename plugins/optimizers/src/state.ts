import { keep, type Tensor } from "@tensorflow/tfjs-core";

/** What an optimizer remembers of one parameter: moments as tensors it owns, counts as numbers. */
export class ParamState {
  readonly tensors: Map<string, Tensor> = new Map();
  readonly numbers: Map<string, number> = new Map();

  /** Takes ownership of `tensor`, out of every scope, and disposes the one it replaces. */
  setTensor(key: string, tensor: Tensor): void {
    const old = this.tensors.get(key);
    if (old === tensor) return;
    this.tensors.set(key, keep(tensor));
    old?.dispose();
  }

  /** Adds one to a count that starts at 0 and returns it. */
  increment(key: string): number {
    const next = (this.numbers.get(key) ?? 0) + 1;
    this.numbers.set(key, next);
    return next;
  }

  clear(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
    this.numbers.clear();
  }
}
