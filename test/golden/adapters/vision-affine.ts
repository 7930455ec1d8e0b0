import { tuple } from "@fastap/plugin-data";
import type { TensorBatch, Transform } from "@fastap/plugin-data";
import { findCoeffs, setupAugTfms, warpCorners } from "@fastap/plugin-vision";
import type { AffineCoordTfm, AffineOptions } from "@fastap/plugin-vision";
import type { Engine } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";
import { batchOf, partCheck, transformed, withEngine } from "../vision/batch.ts";
import { affineOf } from "../vision/given-draws.ts";
import type { Draws } from "../vision/given-draws.ts";
import { scriptedRandom } from "../vision/scripted-random.ts";

const PARTS = ["image", "mask", "points", "bbox"];
const NOTHING = scriptedRandom([]);

/** Affine transforms, alone or composed, of images with whatever comes along: one result, or one for each setting. */
export const visionAffine: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => "draws" in inputs && "image" in inputs && !("brightness" in (inputs["draws"] as object)),
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) => {
      const settings = (Array.isArray(expected) ? expected : [{ ...expected }]) as Readonly<Record<string, unknown>>[];
      return settings.flatMap((setting, i) => results(engine, inputs, { setting, i }));
    }),
};

interface Setting {
  readonly setting: Readonly<Record<string, unknown>>;
  readonly i: number;
}

function results(engine: Engine, inputs: GoldenCase["inputs"], { setting, i }: Setting): Check[] {
  const names = [
    inputs["transforms"] ?? inputs["transform"] ?? PLAIN.filter(({ draw }) => draw in (inputs["draws"] as object)).map(({ name }) => name),
  ].flat() as string[];
  const options = optionsOf({ ...inputs, ...setting });
  const [transform] = setupAugTfms(names.map((name) => affineOf(name, inputs["draws"] as Draws, options)));
  const parts = PARTS.filter((part) => setting[part] !== undefined);
  return engine.scope(() => {
    const given = tuple(...parts.map((part) => batchOf(inputs[part], part, engine)));
    const made = transformed(transform as Transform, given, NOTHING, Number(inputs["split_idx"] ?? 0)) as readonly TensorBatch[];
    const checks = parts.flatMap((part, k) => (made[k] === undefined ? [] : [partCheck(`${i} ${part}`, made[k], setting[part])]));
    const ties = { transform: transform as AffineCoordTfm, given };
    const isNearest = ({ path }: Check): boolean => path.endsWith("mask") || (path.endsWith("image") && options.mode === "nearest");
    return checks.map((check) => (isNearest(check) ? withoutTies(check, ties) : check));
  });
}

/** Where a case does not say which transforms it composes. */
const PLAIN = [
  { name: "flip", draw: "flip" },
  { name: "dihedral", draw: "dihedral" },
  { name: "rotate", draw: "rotate_deg" },
  { name: "zoom", draw: "zoom" },
  { name: "warp", draw: "warp_x" },
] as const;

function optionsOf({
  size,
  mode,
  mode_mask: modeMask,
  pad_mode: padMode,
  align_corners: alignCorners,
}: GoldenCase["inputs"]): AffineOptions {
  const given = { size, mode, modeMask, padMode, alignCorners };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

interface Ties {
  readonly transform: AffineCoordTfm;
  readonly given: readonly TensorBatch[];
}

/** Nearest pixels are not compared where two are as near, to 1e-4 of a pixel: rounding decides there, as the cases say. */
function withoutTies({ path, got, want }: Check, { transform, given }: Ties): Check {
  const [shape, values] = want as readonly [readonly number[], readonly number[]];
  const [gotShape, made] = got as readonly [readonly number[], readonly number[]];
  const [height = 1, width = 1] = shape.slice(-2);
  const perImage = values.length / (shape[0] ?? 1);
  const [image] = given;
  const from = image?.tensor.shape.slice(1, 3) ?? [];
  const maps = transform.mapsOf(image, { random: NOTHING });
  const isTie = (i: number): boolean => {
    const [column, row] = [i % width, Math.floor((i % (height * width)) / width)];
    const place = (k: number, n: number): number => (transform.alignCorners ? (2 * k) / (n - 1) - 1 : (2 * k + 1) / n - 1);
    const [x, y] = projected(maps[Math.floor(i / perImage)] ?? [], place(column, width), place(row, height));
    return [pixel(x, from[1] ?? 1, transform.alignCorners), pixel(y, from[0] ?? 1, transform.alignCorners)].some(isHalf);
  };
  return { path, got: [gotShape, made.map((value, i) => (isTie(i) ? (values[i] ?? NaN) : value))], want };
}

function projected(m: readonly number[], x: number, y: number): readonly [number, number] {
  const at = (row: number): number => (m[row] ?? 0) * x + (m[row + 1] ?? 0) * y + (m[row + 2] ?? 0);
  return [at(0) / at(6), at(3) / at(6)];
}

function pixel(place: number, n: number, alignCorners: boolean): number {
  return alignCorners ? ((place + 1) / 2) * (n - 1) : ((place + 1) * n - 1) / 2;
}

function isHalf(at: number): boolean {
  return Math.abs(at - Math.floor(at) - 0.5) < 1e-4;
}

/** The matrices themselves, and the coefficients of warps. */
export const visionMatrices: Adapter = {
  kind: "vision",
  accepts: ({ inputs }) => "draws" in inputs && "probe_points" in inputs,
  run: async ({ inputs, expected }) =>
    withEngine(async (engine) => {
      const { matrices_3x3: plain = {}, prepared_2x3_with_aspect: prepared = {} } = expected as Readonly<
        Record<string, Readonly<Record<string, unknown>>>
      >;
      const [h, w, n] = [Number(inputs["height"]), Number(inputs["width"]), Number(inputs["batch"])];
      const draws = inputs["draws"] as Draws;
      return engine.scope(() => [
        ...Object.entries(plain).map(([name, want]) => ({
          path: name,
          got: mapsOf(engine, name, { draws, size: [n, 1, 1], rows: 9 }),
          want: wanted(want),
        })),
        ...Object.entries(prepared).map(([name, want]) => ({
          path: `${name} prepared`,
          got: mapsOf(engine, name, { draws, size: [n, h, w], rows: 6 }),
          want: wanted(want),
        })),
        ...warpChecks(draws, inputs["probe_points"], expected),
      ]);
    }),
};

interface Maps {
  readonly draws: Draws;
  readonly size: readonly [number, number, number];
  readonly rows: number;
}

/** Maps of images that are square, or of their size. */
function mapsOf(engine: Engine, names: string, { draws, size, rows }: Maps): Value {
  const [transform] = setupAugTfms(names.split("+").map((name) => affineOf(name, draws)));
  const [n, h, w] = size;
  const image = batchOf({ shape: [n, 1, h, w], dtype: "f32", data: new Array<number>(n * h * w).fill(0) }, "image", engine);
  const maps = (transform as ReturnType<typeof affineOf>).mapsOf(image, { random: NOTHING });
  return [[n, rows / 3, 3], maps.flatMap((map) => map.slice(0, rows))];
}

function warpChecks({ warp_x: xs = [], warp_y: ys = [] }: Draws, probe: unknown, expected: GoldenCase["expected"]): Check[] {
  const { data: points } = decodeTensor(probe);
  const pairs = xs.map((x, i) => warpCorners(x, ys[i] ?? 0));
  const forward = pairs.map(([corners, moved]) => findCoeffs(corners, moved));
  const back = pairs.map(([corners, moved]) => findCoeffs(moved, corners));
  const applied = (coefficients: readonly number[][]): Value => [
    [coefficients.length, points.length / 2, 2],
    coefficients.flatMap((c) => points.flatMap((_, i) => (i % 2 === 0 ? apply(c, points[i] ?? 0, points[i + 1] ?? 0) : []))),
  ];
  const computed = {
    warp_coeffs: [[forward.length, 8], forward.flat()],
    warp_inverse_coeffs: [[back.length, 8], back.flat()],
    warp_forward_points: applied(forward),
    warp_inverse_points: applied(back),
  };
  return Object.entries(computed).flatMap(([path, got]) =>
    expected[path] === undefined ? [] : [{ path, got, want: wanted(expected[path]) }],
  );
}

function apply([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0]: readonly number[], x: number, y: number): readonly number[] {
  const scale = g * x + h * y + 1;
  return [(a * x + b * y + c) / scale, (d * x + e * y + f) / scale];
}

function wanted(json: unknown): Value {
  const { shape, data } = decodeTensor(json);
  return [[...shape], [...data]];
}
