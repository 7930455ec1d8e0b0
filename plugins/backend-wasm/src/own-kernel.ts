import type { DataType, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { unfitDtype } from "./unfit-tensor.ts";
import type { Heap } from "./heap.ts";

/** A kernel's computation: inputs by name, `I` being the names, and attributes to one output or several. */
export type Compute<I extends PropertyKey, A> = (inputs: Readonly<Record<I, TensorInfo>>, attrs: A) => TensorInfo | TensorInfo[];

/** One of our kernels, by the name under which tfjs looks it up. */
export interface OwnKernel {
  readonly name: string;
  /** `stock`: the kernel that it replaces, if any. */
  bind(heap: Heap, stock: KernelFunc | undefined): KernelFunc;
}

/** Types a kernel's inputs and attributes, which tfjs passes as loose records; `stock` is what it replaces. */
export function ownKernel<I extends PropertyKey, A>(name: string, make: (heap: Heap, stock: Compute<I, A>) => Compute<I, A>): OwnKernel {
  return {
    name,
    bind(heap, stock) {
      const fallback: Compute<I, A> = (inputs, attrs) => {
        if (stock === undefined) throw new Error(`${name} has no stock kernel`);
        return stock({ inputs, attrs, backend: heap.backend } as unknown as Parameters<KernelFunc>[0]);
      };
      const compute = make(heap, fallback);
      return ({ inputs, attrs }) => compute(inputs as Record<I, TensorInfo>, (attrs ?? {}) as A);
    },
  };
}

/** @throws E_BACKEND_WASM_DTYPE unless all are of the dtype. */
export function requireDtype(op: string, dtype: DataType, ...tensors: readonly TensorInfo[]): void {
  for (const tensor of tensors) {
    if (tensor.dtype !== dtype) throw unfitDtype({ op, expected: dtype, received: tensor.dtype });
  }
}
