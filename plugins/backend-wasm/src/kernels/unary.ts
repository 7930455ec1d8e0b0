import { sizeOf } from "../heap.ts";
import type { KernelModule, UnaryKernel } from "../module.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** A function of each number, in place of a stock kernel that computes one at a time; other dtypes stay with that. */
function unary(name: string, pick: (kernels: KernelModule) => UnaryKernel): OwnKernel {
  return ownKernel<"x", object>(name, (heap, stock) => (inputs, attrs) => {
    const { x } = inputs;
    if (x.dtype !== "float32") return stock(inputs, attrs);
    const out = heap.output(x.shape);
    pick(heap.kernels)(heap.pointer(x), sizeOf(x.shape), heap.pointer(out));
    return out;
  });
}

export const unaryKernels: readonly OwnKernel[] = [
  unary("Exp", ({ expFloats }) => expFloats),
  unary("Log", ({ logFloats }) => logFloats),
  unary("Sigmoid", ({ sigmoidFloats }) => sigmoidFloats),
  unary("Tanh", ({ tanhFloats }) => tanhFloats),
  unary("Erf", ({ erfFloats }) => erfFloats),
  unary("Sqrt", ({ sqrtFloats }) => sqrtFloats),
  unary("Rsqrt", ({ rsqrtFloats }) => rsqrtFloats),
  unary("Softplus", ({ softplusFloats }) => softplusFloats),
];
