import { planBroadcast } from "../broadcast-plan.ts";
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
    const { numbers, left, right } = withLongRows(heap, { numbers: plan.numbers, left: heap.pointer(a), right: heap.pointer(b) });
    const shape = heap.write("geometry", numbers);
    const out = heap.output(plan.outShape, dtype);
    pick(heap.kernels)(shape, left, right, heap.pointer(out));
    return out;
  });
}

/** Lengths and strides as in a plan of broadcasting, and where the operands lie. */
interface Walk {
  readonly numbers: readonly number[];
  readonly left: Pointer;
  readonly right: Pointer;
}

/** Numbers of a row that make its own cost small. */
const LONG = 64;

/**
 * Where one operand is a single short row for all rows of the other, as the three channels of an image are: takes several rows as one, with
 * that operand repeated in scratch memory.
 */
function withLongRows(heap: Heap, walk: Walk): Walk {
  const [blocks = 1, rows = 1, length = 1, , leftRow = 0, leftStep = 0, , rightRow = 0, rightStep = 0] = walk.numbers;
  const plain = blocks > 1 || leftStep === 0 || rightStep === 0 || (leftRow !== 0 && rightRow !== 0);
  const times = plain || rows * length < LONG * LONG ? 1 : largestDivisor(rows, Math.floor(LONG / length));
  if (times === 1) return walk;
  const [long, isLeft] = [times * length, leftRow === 0];
  const single = repeated(heap, isLeft ? walk.left : walk.right, { length, times });
  const numbers = [1, rows / times, long, 0, isLeft ? 0 : long, 1, 0, isLeft ? long : 0, 1];
  return isLeft ? { ...walk, numbers, left: single } : { ...walk, numbers, right: single };
}

/** Of `n`, at most `most`. */
function largestDivisor(n: number, most: number): number {
  for (let divisor = most; divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}

function repeated(heap: Heap, row: Pointer, { length, times }: { readonly length: number; readonly times: number }): Pointer {
  const to = heap.scratch("row", 4 * length * times);
  const bytes = heap.backend.wasm.HEAPU8;
  for (let i = 0; i < times; i++) bytes.copyWithin(to + 4 * length * i, row, row + 4 * length);
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
