import { RandTransform, TensorImage, TensorMask, TensorPoint } from "@fastap/plugin-data";
import type { Call, Portable, TensorBase } from "@fastap/plugin-data";
import { mapPoints } from "../core/points.ts";
import { sameClass } from "../core/resample.ts";
import { portableByName } from "./portable-by-name.ts";

/** One of the eight ways to lay a square: 0 as it is, 1 mirrored left to right, 2 top to bottom, 3 turned 90° to the left, 4 180°, 5 270°, 6 transposed, 7 transversed. */
export type Laying = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

const MIRRORED = new Set<Laying>([1, 3, 4, 7]);
const UPSIDE_DOWN = new Set<Laying>([2, 4, 5, 7]);
const TRANSPOSED = new Set<Laying>([3, 5, 6, 7]);

/** Mirrored left to right, with chance `p`. `@source fastai.vision.augment.FlipItem` */
export class FlipItem extends RandTransform<Laying> {
  constructor(p = 0.5) {
    super({ p });
    handleLaying(this);
  }
  override portable(): Portable | undefined {
    return portableByName(this);
  }
  protected override beforeCall(): Laying {
    return 1;
  }
}

/** Laid in one of eight ways, with chance `p`. `@source fastai.vision.augment.DihedralItem` */
export class DihedralItem extends RandTransform<Laying> {
  constructor(p = 1) {
    super({ p });
    handleLaying(this);
  }
  override portable(): Portable | undefined {
    return portableByName(this);
  }
  protected override beforeCall(_item: unknown, { random }: Call): Laying {
    return random.int(8) as Laying;
  }
}

function handleLaying(transform: RandTransform<Laying>): void {
  transform.on(TensorImage, layPixels).on(TensorMask, layPixels).on(TensorPoint, layPoints);
}

/** Bytes of an image or a mask. */
export function layPixels<T extends TensorBase>(x: T, k: Laying): T {
  if (k === 0) return x;
  const [h = 0, w = 0, ...channels] = x.shape;
  const [c = 1] = channels;
  const [height, width] = TRANSPOSED.has(k) ? [w, h] : [h, w];
  const data = new (x.data.constructor as new (n: number) => TensorBase["data"])(x.data.length);
  const place = placeIn(w, h, k);
  for (let y = 0, to = 0; y < height; y++) {
    for (let column = 0; column < width; column++) {
      const from = place(column, y) * c;
      for (let i = 0; i < c; i++) data[to++] = x.data[from + i] ?? 0;
    }
  }
  return sameClass(x, data, [height, width, ...channels]);
}

/** Which pixel of a `w` × `h` image is shown at (x, y). */
function placeIn(w: number, h: number, k: Laying): (x: number, y: number) => number {
  const column = MIRRORED.has(k) ? (x: number) => w - 1 - x : (x: number) => x;
  const row = UPSIDE_DOWN.has(k) ? (y: number) => h - 1 - y : (y: number) => y;
  return TRANSPOSED.has(k) ? (x, y) => row(x) * w + column(y) : (x, y) => row(y) * w + column(x);
}

/** Points and boxes in −1…1. */
export function layPoints<T extends TensorPoint>(points: T, k: Laying): T {
  return mapPoints(points, (x, y) => {
    const moved = [MIRRORED.has(k) ? -x : x, UPSIDE_DOWN.has(k) ? -y : y] as const;
    return TRANSPOSED.has(k) ? [moved[1], moved[0]] : moved;
  });
}
