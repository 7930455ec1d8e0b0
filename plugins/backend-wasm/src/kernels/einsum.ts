import { backend_util } from "@tensorflow/tfjs-core";
import type { EinsumAttrs, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { Composition } from "../composition.ts";
import { unfitDtype } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** A tensor whose axes are named by letters. */
interface Term {
  readonly tensor: TensorInfo;
  readonly axes: readonly string[];
}

class Contraction extends Composition {
  /** Sums out the axes that `keep` lacks. */
  reduce({ tensor, axes }: Term, keep: ReadonlySet<string>): Term {
    const gone = axes.flatMap((letter, i) => (keep.has(letter) ? [] : [i]));
    if (gone.length === 0) return { tensor, axes };
    return { tensor: this.run("Sum", { x: tensor }, { axis: gone, keepDims: false }), axes: axes.filter((letter) => keep.has(letter)) };
  }

  transpose({ tensor, axes }: Term, order: readonly string[]): Term {
    if (order.every((letter, i) => letter === axes[i])) return { tensor, axes: order };
    return { tensor: this.run("Transpose", { x: tensor }, { perm: order.map((letter) => axes.indexOf(letter)) }), axes: order };
  }
}

/** Contracts two terms to the axes of `out` with one batched matrix product. */
function contract(on: Contraction, left: Term, right: Term, out: readonly string[]): Term {
  const keep = new Set(out);
  const a = on.reduce(left, new Set([...out, ...right.axes]));
  const b = on.reduce(right, new Set([...out, ...left.axes]));
  const lengths = new Map([a, b].flatMap((t) => t.axes.map((letter, i) => [letter, t.tensor.shape[i] ?? 1] as const)));
  const shared = a.axes.filter((letter) => b.axes.includes(letter));
  const batch = shared.filter((letter) => keep.has(letter));
  const inner = shared.filter((letter) => !keep.has(letter));
  const rows = a.axes.filter((letter) => !shared.includes(letter));
  const columns = b.axes.filter((letter) => !shared.includes(letter));
  const size = (letters: readonly string[]): number => sizeOf(letters.map((letter) => lengths.get(letter) ?? 1));
  const x = on.reshape(on.transpose(a, [...batch, ...rows, ...inner]).tensor, [size(batch), size(rows), size(inner)]);
  const y = on.reshape(on.transpose(b, [...batch, ...inner, ...columns]).tensor, [size(batch), size(inner), size(columns)]);
  const product = on.run("BatchMatMul", { a: x, b: y }, { transposeA: false, transposeB: false });
  const axes = [...batch, ...rows, ...columns];
  return {
    tensor: on.reshape(
      product,
      axes.map((letter) => lengths.get(letter) ?? 1),
    ),
    axes,
  };
}

/** Contraction of one or two float32 tensors, in numpy's notation without `...` and without repeated axes. */
export const einsum: OwnKernel = ownKernel<number, EinsumAttrs>("Einsum", (heap) => (inputs, { equation }) => {
  const tensors: readonly TensorInfo[] = Object.values(inputs);
  // tfjs's own checks of the notation and the lengths; their errors are the same on every backend.
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as Tensor[]);
  const [from = "", to = ""] = equation.replaceAll(/\s/g, "").split("->");
  const terms = from.split(",").map((letters, i): Term => ({ tensor: tensors[i] as TensorInfo, axes: [...letters] }));
  const other = tensors.find(({ dtype }) => dtype !== "float32");
  if (other !== undefined && terms.length > 1) throw unfitDtype({ op: "Einsum", expected: "float32", received: other.dtype });
  const on = new Contraction(heap);
  const out = [...to];
  try {
    const [left, right] = terms as [Term, Term?];
    const reduced = right === undefined ? on.reduce(left, new Set(out)) : contract(on, left, right, out);
    return on.finish(on.transpose(reduced, out).tensor);
  } finally {
    on.dispose();
  }
});
