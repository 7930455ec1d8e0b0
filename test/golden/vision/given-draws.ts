import { Brightness, Contrast, Dihedral, Flip, Hue, Rotate, Saturation, Warp, Zoom } from "@fastap/plugin-vision";
import type { AffineOptions } from "@fastap/plugin-vision";
import type { AffineCoordTfm } from "@fastap/plugin-vision";
import type { Transform } from "@fastap/plugin-data";

/** What the cases draw, one number for each image, by name. */
export type Draws = Readonly<Record<string, readonly number[]>>;

const AFFINE: Readonly<Record<string, (draws: Draws, options: AffineOptions) => AffineCoordTfm>> = {
  flip: ({ flip: draw = [] }, options) => new Flip({ p: 1, draw, ...options }),
  dihedral: ({ dihedral: draw = [] }, options) => new Dihedral({ p: 1, draw, ...options }),
  rotate: ({ rotate_deg: draw = [] }, options) => new Rotate({ p: 1, draw, ...options }),
  zoom: ({ zoom: draw = [], zoom_x: drawX = [], zoom_y: drawY = [] }, options) => new Zoom({ p: 1, draw, drawX, drawY, ...options }),
  warp: ({ warp_x: drawX = [], warp_y: drawY = [] }, options) => new Warp({ p: 1, drawX, drawY, ...options }),
};

export function affineOf(name: string, draws: Draws, options: AffineOptions = {}): AffineCoordTfm {
  const make = AFFINE[name];
  if (make === undefined) throw new Error(`no transform ${name}`);
  return make(draws, options);
}

const LIGHT: Readonly<Record<string, (draw: readonly number[]) => Transform>> = {
  brightness: (draw) => new Brightness({ p: 1, draw }),
  contrast: (draw) => new Contrast({ p: 1, draw }),
  saturation: (draw) => new Saturation({ p: 1, draw }),
  hue: (draw) => new Hue({ p: 1, draw }),
};

/** `brightness`, `brightness_contrast`, `all_four`. */
export function lightsOf(key: string, draws: Draws): Transform[] {
  const names = key.startsWith("all") ? Object.keys(LIGHT) : key.split("_");
  return names.flatMap((name) => LIGHT[name]?.(draws[name] ?? []) ?? []);
}
