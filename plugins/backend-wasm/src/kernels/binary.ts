import { planBroadcast } from "../broadcast-plan.ts";
import type { BinaryKernel, KernelModule } from "../module.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** On float32 operands that repeat along some axes; everything else stays with the stock kernel. */
function binary(name: string, dtype: "float32" | "bool", pick: (kernels: KernelModule) => BinaryKernel): OwnKernel {
  return ownKernel<"a" | "b", object>(name, (heap, stock) => (inputs, attrs) => {
    const { a, b } = inputs;
    const plan = a.dtype === "float32" && b.dtype === "float32" ? planBroadcast(a.shape, b.shape) : undefined;
    if (plan === undefined) return stock(inputs, attrs);
    const shape = heap.write("geometry", plan.numbers);
    const out = heap.output(plan.outShape, dtype);
    pick(heap.kernels)(shape, heap.pointer(a), heap.pointer(b), heap.pointer(out));
    return out;
  });
}

export const binaryKernels: readonly OwnKernel[] = [
  binary("Add", "float32", ({ addFloats }) => addFloats),
  binary("Sub", "float32", ({ subtractFloats }) => subtractFloats),
  binary("Multiply", "float32", ({ multiplyFloats }) => multiplyFloats),
  binary("RealDiv", "float32", ({ divideFloats }) => divideFloats),
  binary("Maximum", "float32", ({ maximumFloats }) => maximumFloats),
  binary("Minimum", "float32", ({ minimumFloats }) => minimumFloats),
  binary("SquaredDifference", "float32", ({ squaredDifferenceFloats }) => squaredDifferenceFloats),
  binary("Greater", "bool", ({ greaterFloats }) => greaterFloats),
  binary("GreaterEqual", "bool", ({ greaterEqualFloats }) => greaterEqualFloats),
  binary("Less", "bool", ({ lessFloats }) => lessFloats),
  binary("LessEqual", "bool", ({ lessEqualFloats }) => lessEqualFloats),
  binary("Equal", "bool", ({ equalFloats }) => equalFloats),
  binary("NotEqual", "bool", ({ notEqualFloats }) => notEqualFloats),
];
