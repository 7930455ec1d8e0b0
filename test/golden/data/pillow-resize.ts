/** Weights are fixed-point numbers with 22 bits, which decides ties. */
const ONE = 2 ** 22;

interface Axis {
  readonly from: number;
  readonly weights: readonly number[];
}

export interface Bytes {
  readonly data: ArrayLike<number>;
  /** `[height, width, channels]` */
  readonly shape: readonly number[];
}

/** Pillow's bilinear filter on bytes: first along the width, then along the height, rounded to bytes after each. */
export function pillowResize({ data, shape: [h = 0, w = 0, c = 0] }: Bytes, [toH, toW]: readonly [number, number]): Uint8Array {
  const across = axis(w, toW);
  const down = axis(h, toH);
  const narrow = resample({ outer: h, axes: across, inner: c, stride: c, data, rowLength: w * c });
  return resample({ outer: 1, axes: down, inner: toW * c, stride: toW * c, data: narrow, rowLength: h * toW * c });
}

interface Resampling {
  readonly outer: number;
  readonly axes: readonly Axis[];
  readonly inner: number;
  readonly stride: number;
  readonly data: ArrayLike<number>;
  readonly rowLength: number;
}

function resample({ outer, axes, inner, stride, data, rowLength }: Resampling): Uint8Array {
  const out = new Uint8Array(outer * axes.length * inner);
  let to = 0;
  for (let row = 0; row < outer; row++)
    for (const { from, weights } of axes)
      for (let i = 0; i < inner; i++) {
        const sum = weights.reduce((total, weight, k) => total + weight * (data[row * rowLength + (from + k) * stride + i] ?? 0), 0);
        out[to++] = Math.min(255, Math.max(0, Math.floor((sum + ONE / 2) / ONE)));
      }
  return out;
}

/** A triangle as wide as one pixel of the coarser grid. */
function axis(size: number, target: number): Axis[] {
  const scale = size / target;
  const support = Math.max(scale, 1);
  return Array.from({ length: target }, (_, i) => {
    const center = (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(center - support + 0.5));
    const to = Math.min(size, Math.floor(center + support + 0.5));
    const raw = Array.from({ length: to - from }, (_, k) => Math.max(0, 1 - Math.abs((from + k - center + 0.5) / support)));
    const total = raw.reduce((a, b) => a + b, 0);
    return { from, weights: raw.map((weight) => Math.floor((weight / total) * ONE + 0.5)) };
  });
}
