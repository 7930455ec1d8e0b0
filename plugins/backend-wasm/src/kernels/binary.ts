import type { TensorInfo } from "@tensorflow/tfjs-core";
import { planBroadcast } from "../broadcast-plan.ts";
import type { Repeat } from "../broadcast-plan.ts";
import type { Heap } from "../heap.ts";
import type { BinaryKernel, KernelModule, Pointer } from "../module.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** On float32 operands that repeat along some axes; everything else stays with the stock kernel. */
function binary(name: string, dtype: "float32" | "bool", pick: (kernels: KernelModule) => BinaryKernel): OwnKernel {
  return ownKernel<"a" | "b", object>(name, (heap, stock) => (inputs, attrs) => {
    const { a, b } = inputs;
    const plan = a.dtype === "float32" && b.dtype === "float32" ? planBroadcast(a.shape, b.shape) : undefined;
    if (plan === undefined) return stock(inputs, attrs);
    const { numbers, outShape, repeat } = plan;
    const left = placeOf(heap, a, repeat?.side === "left" ? repeat : undefined);
    const right = placeOf(heap, b, repeat?.side === "right" ? repeat : undefined);
    const shape = heap.write("geometry", numbers);
    const out = heap.output(outShape, dtype);
    pick(heap.kernels)(shape, left, right, heap.pointer(out));
    return out;
  });
}

/** Where an operand lies; in scratch memory, where it is to be repeated. */
function placeOf(heap: Heap, operand: TensorInfo, repeat: Repeat | undefined): Pointer {
  const row = heap.pointer(operand);
  if (repeat === undefined) return row;
  const bytes = 4 * repeat.length;
  const to = heap.scratch("row", bytes * repeat.times);
  for (let i = 0; i < repeat.times; i++) heap.backend.wasm.HEAPU8.copyWithin(to + bytes * i, row, row + bytes);
  return to;
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
