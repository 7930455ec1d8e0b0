import { ownKernel } from "@fastap/plugin-backend-wasm";
import type { OwnKernel } from "@fastap/plugin-backend-wasm";
import type { StepAttrs } from "@tensorflow/tfjs-core";
import type { PassName } from "./prototypes.ts";

export type Pass = (name: PassName, ...args: readonly unknown[]) => void;

const UNARY = { Relu: 0, Step: 1, Exp: 2, Tanh: 3, Sigmoid: 4 } as const;
const BINARY = { Add: 0, Sub: 1, Multiply: 2 } as const;

/** Kernels that pass over the memory once and show in the profile of training. What they cannot do, the kernel that they replace does. */
export function wholeKernels(pass: Pass): readonly OwnKernel[] {
  return [
    ...Object.entries(UNARY).map(([name, op]) => unary(name, op, pass)),
    ...Object.entries(BINARY).map(([name, op]) => binary(name, op, pass)),
  ];
}

function unary(name: string, op: number, pass: Pass): OwnKernel {
  return ownKernel<"x", Partial<StepAttrs>>(name, (heap, stock) => (inputs, attrs) => {
    const { x } = inputs;
    if (x.dtype !== "float32") return stock(inputs, attrs);
    const out = heap.output(x.shape);
    pass("unary", op, heap.pointer(x), heap.pointer(out), sizeOf(x.shape), attrs.alpha ?? 0);
    return out;
  });
}

/** Of two tensors of one shape. */
function binary(name: string, op: number, pass: Pass): OwnKernel {
  return ownKernel<"a" | "b", object>(name, (heap, stock) => (inputs, attrs) => {
    const { a, b } = inputs;
    const alike = a.shape.length === b.shape.length && a.shape.every((length, i) => length === b.shape[i]);
    if (!alike || a.dtype !== "float32" || b.dtype !== "float32") return stock(inputs, attrs);
    const out = heap.output(a.shape);
    pass("binary", op, heap.pointer(a), heap.pointer(b), heap.pointer(out), sizeOf(a.shape));
    return out;
  });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
