/** Row-major numbers; the oracle is plain loops in float64. */
export type Numbers = readonly number[];

/** Geometry of a convolution or pooling: square input, square window, NHWC. */
export interface Window {
  readonly size: number;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros on each side. */
  readonly pad: number;
}

export function outputSize({ size, kernel, stride, pad }: Window): number {
  return Math.floor((size + 2 * pad - kernel) / stride) + 1;
}

/** Visits, for every output pixel, each input pixel under the window that is inside of the image. */
function slide(w: Window, visit: (output: number, input: number, tap: number) => void): void {
  const out = outputSize(w);
  for (let o = 0; o < out * out; o++) {
    for (let tap = 0; tap < w.kernel * w.kernel; tap++) {
      const row = Math.floor(o / out) * w.stride + Math.floor(tap / w.kernel) - w.pad;
      const col = (o % out) * w.stride + (tap % w.kernel) - w.pad;
      if (row >= 0 && col >= 0 && row < w.size && col < w.size) visit(o, row * w.size + col, tap);
    }
  }
}

/** `x` `[size, size, channels]`, `filter` `[kernel, kernel, channels, filters]` → `[out, out, filters]`. */
export function conv2d(x: Numbers, filter: Numbers, w: Window, filters: number): Numbers {
  const y = zeros(outputSize(w) ** 2 * filters);
  slide(w, (o, i, tap) => {
    for (let c = 0; c < w.channels; c++) {
      for (let f = 0; f < filters; f++)
        addTo(y, o * filters + f, at(x, i * w.channels + c) * at(filter, (tap * w.channels + c) * filters + f));
    }
  });
  return y;
}

/** `filter` `[kernel, kernel, channels, 1]` → `[out, out, channels]`. */
export function depthwiseConv2d(x: Numbers, filter: Numbers, w: Window): Numbers {
  const y = zeros(outputSize(w) ** 2 * w.channels);
  slide(w, (o, i, tap) => {
    for (let c = 0; c < w.channels; c++) addTo(y, o * w.channels + c, at(x, i * w.channels + c) * at(filter, tap * w.channels + c));
  });
  return y;
}

export function maxPool(x: Numbers, w: Window): Numbers {
  const y = zeros(outputSize(w) ** 2 * w.channels).fill(-Infinity);
  slide(w, (o, i) => {
    for (let c = 0; c < w.channels; c++) y[o * w.channels + c] = Math.max(at(y, o * w.channels + c), at(x, i * w.channels + c));
  });
  return y;
}

export function avgPool(x: Numbers, w: Window): Numbers {
  const y = zeros(outputSize(w) ** 2 * w.channels);
  slide(w, (o, i) => {
    for (let c = 0; c < w.channels; c++) addTo(y, o * w.channels + c, at(x, i * w.channels + c) / w.kernel ** 2);
  });
  return y;
}

/** `[n, k]·[k, m]`, either one stored transposed. */
export function matMul(
  a: Numbers,
  b: Numbers,
  [n, k, m]: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
): Numbers {
  const y = zeros(n * m);
  for (let i = 0; i < n * m; i++) {
    const [row, col] = [Math.floor(i / m), i % m];
    for (let j = 0; j < k; j++) addTo(y, i, at(a, transposeA ? j * n + row : row * k + j) * at(b, transposeB ? col * k + j : j * m + col));
  }
  return y;
}

/** Rows of `table` `[rows, width]` by index. */
export function gather(table: Numbers, indices: Numbers, width: number): Numbers {
  return indices.flatMap((row) => table.slice(row * width, (row + 1) * width));
}

/** Folds each row of `width` numbers to one. */
export function byRow(x: Numbers, width: number, fold: (row: Numbers) => number): Numbers {
  return Array.from({ length: x.length / width }, (_, i) => fold(x.slice(i * width, (i + 1) * width)));
}

/** Folds each column. */
export function byColumn(x: Numbers, width: number, fold: (column: Numbers) => number): Numbers {
  return Array.from({ length: width }, (_, c) => fold(x.filter((_v, i) => i % width === c)));
}

export function logSoftmax(x: Numbers, width: number): Numbers {
  const norms = byRow(x, width, (row) => Math.log(row.reduce((s, v) => s + Math.exp(v), 0)));
  return x.map((v, i) => v - at(norms, Math.floor(i / width)));
}

export function transpose(x: Numbers, width: number): Numbers {
  return Array.from({ length: width }, (_, column) => x.filter((_v, i) => i % width === column)).flat();
}

export function total(x: Numbers): number {
  return x.reduce((a, b) => a + b, 0);
}

function zeros(n: number): number[] {
  return Array.from({ length: n }, () => 0);
}

function at(x: Numbers, i: number): number {
  return x[i] ?? NaN;
}

function addTo(y: number[], i: number, value: number): void {
  y[i] = at(y, i) + value;
}
