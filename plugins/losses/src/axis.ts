import { argMax, softmax, transpose, type Tensor } from "@tensorflow/tfjs-core";

/** A negative axis counted from the end; undefined where `rank` has no such axis. */
export function axisOf(axis: number, rank: number): number | undefined {
  const positive = axis < 0 ? rank + axis : axis;
  return positive >= 0 && positive < rank ? positive : undefined;
}

/** Exchanges one axis with the last: a swap, not a roll, so that it is its own inverse. `@source BaseLoss axis` */
export function swapLast(x: Tensor, axis: number): Tensor {
  const last = x.rank - 1;
  const from = axisOf(axis, x.rank) ?? last;
  if (from === last) return x;
  const order = x.shape.map((_, i) => (i === from ? last : i === last ? from : i));
  return transpose(x, order);
}

/** Same shape as `x`; tfjs has softmax over the last axis only. */
export function softmaxOver(x: Tensor, axis: number): Tensor {
  return swapLast(softmax(swapLast(x, axis)), axis);
}

/** int32, without the axis. */
export function argMaxOver(x: Tensor, axis: number): Tensor {
  return argMax(x, axisOf(axis, x.rank) ?? x.rank - 1);
}
