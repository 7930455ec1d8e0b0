import { between, drawn, maskTensor } from "./draws.ts";
import type { BatchCall, Draw, DrawOptions } from "./draws.ts";
import type { Matrix } from "./matrix.ts";
import { warpMatrix } from "./perspective.ts";

/** A map of each image of a batch, from places in the result to places in the image, drawn anew for every batch. */
export interface MatrixDraw {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  draw(call: BatchCall): readonly Matrix[];
}

/** Mirrored left to right. `@source fastai.vision.augment.flip_mat` */
export function flipMat({ p = 0.5, draw, batch = false }: DrawOptions = {}): MatrixDraw {
  return made("flipMat", { p, draw, batch }, (call) =>
    maskTensor(drawn(call, options(draw, batch), coin(p)), call.random, { p: draw === undefined ? 1 : p, batch }).map((d) => [
      1 - 2 * d,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
    ]),
  );
}

const SIGN_X = [1, -1, 1, -1, -1, 1, 1, -1];
const SIGN_Y = [1, 1, -1, 1, -1, -1, 1, -1];
const UPRIGHT = [1, 1, 1, 0, 1, 0, 0, 0];

/** One of eight ways to lay a square. `@source fastai.vision.augment.dihedral_mat` */
export function dihedralMat({ p = 0.5, draw, batch = false }: DrawOptions = {}): MatrixDraw {
  return made("dihedralMat", { p, draw, batch }, (call) => {
    const chosen = maskTensor(
      drawn(call, options(draw, batch), (random) => random.int(8)),
      call.random,
      { p, batch },
    );
    return chosen.map((given) => {
      const k = Math.trunc(given);
      const [sx = 1, sy = 1, a = 1] = [SIGN_X[k], SIGN_Y[k], UPRIGHT[k]];
      return [sx * a, sx * (1 - a), 0, sy * (1 - a), sy * a, 0, 0, 0, 1];
    });
  });
}

/** Turned by at most `maxDeg` degrees. `@source fastai.vision.augment.rotate_mat` */
export function rotateMat({ maxDeg = 10, p = 0.5, draw, batch = false }: DrawOptions & { readonly maxDeg?: number } = {}): MatrixDraw {
  return made("rotateMat", { maxDeg, p, draw, batch }, (call) => {
    const degrees = maskTensor(drawn(call, options(draw, batch), between(-maxDeg, maxDeg)), call.random, { p, batch });
    return degrees.map((degree) => {
      // In float32 as fastai has it: at 90° the rest of the cosine decides between two pixels as near.
      const angle = Math.fround(Math.fround(degree * Math.PI) / 180);
      const [cos, sin] = [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))];
      return [cos, sin, 0, -sin, cos, 0, 0, 0, 1];
    });
  });
}

export interface ZoomOptions extends DrawOptions {
  readonly minZoom?: number;
  readonly maxZoom?: number;
  /** Of the place zoomed to, 0…1. */
  readonly drawX?: Draw;
  readonly drawY?: Draw;
}

/** Seen larger, around a random place. `@source fastai.vision.augment.zoom_mat` */
export function zoomMat({ minZoom = 1, maxZoom = 1.1, p = 0.5, draw, drawX, drawY, batch = false }: ZoomOptions = {}): MatrixDraw {
  return made("zoomMat", { minZoom, maxZoom, p, draw, drawX, drawY, batch }, (call) => {
    const zooms = maskTensor(drawn(call, options(draw, batch), between(minZoom, maxZoom)), call.random, { p, neutral: 1, batch });
    const xs = drawn(call, options(drawX, batch), between(0, 1));
    const ys = drawn(call, options(drawY, batch), between(0, 1));
    return zooms.map((zoom, i) => {
      const scale = 1 / zoom;
      const shift = (place = 0.5): number => (1 - scale) * (2 * place - 1);
      return [scale, 0, shift(xs[i]), 0, scale, shift(ys[i]), 0, 0, 1];
    });
  });
}

export interface WarpOptions extends Omit<DrawOptions, "draw"> {
  readonly magnitude?: number;
  readonly drawX?: Draw;
  readonly drawY?: Draw;
}

/** Seen from another side. `@source fastai.vision.augment._WarpCoord` */
export function warpCoord({ magnitude = 0.2, p = 0.5, drawX, drawY, batch = false }: WarpOptions = {}): MatrixDraw {
  return made("warpCoord", { magnitude, p, drawX, drawY, batch }, (call) => {
    const along = (draw: Draw | undefined): number[] =>
      maskTensor(drawn(call, options(draw, batch), between(-magnitude, magnitude)), call.random, { p, batch });
    const xs = along(drawX);
    const ys = along(drawY);
    return xs.map((x, i) => warpMatrix(x, ys[i] ?? 0));
  });
}

function made(name: string, args: Readonly<Record<string, unknown>>, draw: MatrixDraw["draw"]): MatrixDraw {
  return { name, args, draw };
}

function options(draw: Draw | undefined, batch: boolean): DrawOptions {
  return { ...(draw === undefined ? {} : { draw }), batch };
}

/** 1 with chance `p`. */
function coin(p: number): (random: { uniform(): number }) => number {
  return (random) => (random.uniform() < p ? 1 : 0);
}
