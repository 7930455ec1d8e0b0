import type { Tensor } from "@fastap/kernel";
import { concat, reverse, slice } from "@tensorflow/tfjs-core";

/** What stands around an image: zeros; the image mirrored at its edge, without the edge itself; its edge again and again; its other side. */
export const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"] as const;
export type PaddingMode = (typeof PADDING_MODES)[number];
export type EdgeMode = Exclude<PaddingMode, "zeros">;

/** `before` and `after` numbers more along every axis between batch and channels of `[batch, …, channels]`. @source torch.nn.functional.pad */
export function padEdges(x: Tensor, [before, after]: readonly [before: number, after: number], mode: EdgeMode): Tensor {
  let y = x;
  for (let axis = 1; axis < x.rank - 1; axis++) y = padAxis(y, axis, { before, after }, mode);
  return y;
}

/** Length that an axis must have for so much padding. */
export function leastLength(padding: number, mode: PaddingMode): number {
  if (mode === "reflect") return padding + 1;
  return mode === "circular" ? padding : 1;
}

interface Sides {
  readonly before: number;
  readonly after: number;
}

function padAxis(x: Tensor, axis: number, { before, after }: Sides, mode: EdgeMode): Tensor {
  const length = x.shape[axis] ?? 0;
  const part = (from: number, count: number): Tensor => {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0));
    return slice(
      x,
      begin,
      x.shape.map((size, i) => (i === axis ? count : size)),
    );
  };
  const copies = (from: number, count: number): Tensor[] => Array.from({ length: count }, () => part(from, 1));
  const some = (from: number, count: number): Tensor[] => (count === 0 ? [] : [part(from, count)]);
  const ends = {
    reflect: (): [Tensor[], Tensor[]] => [
      some(1, before).map((edge) => reverse(edge, axis)),
      some(length - 1 - after, after).map((edge) => reverse(edge, axis)),
    ],
    replicate: (): [Tensor[], Tensor[]] => [copies(0, before), copies(length - 1, after)],
    circular: (): [Tensor[], Tensor[]] => [some(length - before, before), some(0, after)],
  };
  const [left, right] = ends[mode]();
  return left.length + right.length === 0 ? x : concat([...left, x, ...right], axis);
}
