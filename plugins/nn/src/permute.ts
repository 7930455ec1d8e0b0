/** Row-major copy with the axes in another order: `result.shape[i] = shape[axes[i]]`, as numpy's transpose. */
export function permute(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = stridesOf(shape);
  const outShape = axes.map((axis) => shape[axis] ?? 1);
  const outStrides = axes.map((axis) => strides[axis] ?? 1);
  const result = new Float32Array(data.length);
  const index = axes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] ?? 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += outStrides[axis] ?? 0;
      if (next < (outShape[axis] ?? 1)) {
        index[axis] = next;
        break;
      }
      from -= next * (outStrides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}

/** The order that undoes another. */
export function inverse(axes: readonly number[]): number[] {
  return axes.map((_, i) => axes.indexOf(i));
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => sizeOf(shape.slice(i + 1)));
}
