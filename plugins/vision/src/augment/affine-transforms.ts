import { AffineCoordTfm } from "./affine-coord-tfm.ts";
import type { AffineOptions } from "./affine-coord-tfm.ts";
import { deterministicDraw } from "./draws.ts";
import type { DrawOptions } from "./draws.ts";
import { dihedralMat, flipMat, rotateMat, warpCoord, zoomMat } from "./matrix-draw.ts";
import type { WarpOptions, ZoomOptions } from "./matrix-draw.ts";

/** Mirrors left to right, each image with chance `p`. `@source fastai.vision.augment.Flip` */
export class Flip extends AffineCoordTfm {
  constructor({ p = 0.5, draw, batch, ...options }: DrawOptions & AffineOptions = {}) {
    super([flipMat(given({ p, draw, batch }))], [], options);
  }
}

/** Mirrors every second batch. `@source fastai.vision.augment.DeterministicFlip` */
export class DeterministicFlip extends Flip {
  constructor(options: AffineOptions = {}) {
    super({ p: 1, draw: deterministicDraw([0, 1]), ...options });
  }
}

/** Lays images in one of eight ways, each with chance `p`. `@source fastai.vision.augment.Dihedral` */
export class Dihedral extends AffineCoordTfm {
  constructor({ p = 0.5, draw, batch, ...options }: DrawOptions & AffineOptions = {}) {
    super([dihedralMat(given({ p, draw, batch }))], [], options);
  }
}

/** All eight ways in turn, one for each batch. `@source fastai.vision.augment.DeterministicDihedral` */
export class DeterministicDihedral extends Dihedral {
  constructor(options: AffineOptions = {}) {
    super({ p: 1, draw: deterministicDraw([0, 1, 2, 3, 4, 5, 6, 7]), ...options });
  }
}

/** Turns by up to `maxDeg` degrees. `@source fastai.vision.augment.Rotate` */
export class Rotate extends AffineCoordTfm {
  constructor({ maxDeg = 10, p = 0.5, draw, batch, ...options }: DrawOptions & { readonly maxDeg?: number } & AffineOptions = {}) {
    super([rotateMat(given({ maxDeg, p, draw, batch }))], [], options);
  }
}

/** Zooms into a random place. `@source fastai.vision.augment.Zoom` */
export class Zoom extends AffineCoordTfm {
  constructor({ minZoom, maxZoom, p, draw, drawX, drawY, batch, ...options }: ZoomOptions & AffineOptions = {}) {
    super([zoomMat(given({ minZoom, maxZoom, p, draw, drawX, drawY, batch }))], [], options);
  }
}

/** Changes the perspective. `@source fastai.vision.augment.Warp` */
export class Warp extends AffineCoordTfm {
  constructor({ magnitude, p, drawX, drawY, batch, ...options }: WarpOptions & AffineOptions = {}) {
    super([], [warpCoord(given({ magnitude, p, drawX, drawY, batch }))], options);
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the options that were not given. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
