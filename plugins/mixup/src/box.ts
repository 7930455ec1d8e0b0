/** Rows and columns of a part of an image; ends are not in it. */
export interface Box {
  readonly y1: number;
  readonly y2: number;
  readonly x1: number;
  readonly x2: number;
}

interface Image {
  readonly height: number;
  readonly width: number;
}

/** The box of a share 1 − lam of the image around a centre, as far as it is inside. `@source fastai.callback.mixup.CutMix.rand_bbox` */
export function boxAround({ height, width }: Image, lam: number, cx: number, cy: number): Box {
  const root = Math.fround(Math.sqrt(Math.fround(1 - lam)));
  const [w, h] = [half(width * root), half(height * root)];
  const clamp = (at: number, end: number): number => Math.min(Math.max(at, 0), end);
  return { x1: clamp(cx - w, width), x2: clamp(cx + w, width), y1: clamp(cy - h, height), y2: clamp(cy + h, height) };
}

/** Share of the image outside of the box. */
export function outside({ height, width }: Image, { x1, x2, y1, y2 }: Box): number {
  return 1 - ((x2 - x1) * (y2 - y1)) / (width * height);
}

/** 1 outside of the box, 0 inside, row by row. */
export function maskOf({ height, width }: Image, { x1, x2, y1, y2 }: Box): Float32Array {
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= y1 && y < y2 && x >= x1 && x < x2 ? 0 : 1;
  });
}

/** Half of the size rounded to even, as PyTorch rounds it. */
function half(size: number): number {
  const exact = Math.fround(size);
  const down = Math.floor(exact);
  const rounded = exact - down === 0.5 ? down + (down % 2) : Math.round(exact);
  return Math.floor(rounded / 2);
}
