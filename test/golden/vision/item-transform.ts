import type { RandTransform } from "@fastap/plugin-data";
import { CropPad, DihedralItem, FlipItem, OldRandomCrop, RandomCrop, RandomResizedCrop, RatioResize, Resize } from "@fastap/plugin-vision";
import type { PadMode, ResizeMethod, SizeOption } from "@fastap/plugin-vision";

import { parsePython } from "../python-expression.ts";
import type { PythonCall, PythonName } from "../python-expression.ts";

type Options = Readonly<Record<string, unknown>>;

const MAKERS: Readonly<Record<string, (first: unknown, options: Options) => RandTransform>> = {
  Resize: (size, { method = "crop", pad_mode = "reflection" }) =>
    new Resize(size as SizeOption, { method: method as ResizeMethod, padMode: pad_mode as PadMode }),
  RandomCrop: (size) => new RandomCrop(size as SizeOption),
  OldRandomCrop: (size, options) => new OldRandomCrop(size as SizeOption, padMode(options)),
  CropPad: (size, options) => new CropPad(size as SizeOption, padMode(options)),
  RatioResize: (size) => new RatioResize(Number(size)),
  RandomResizedCrop: (size, { min_scale = 0.08, max_scale = 1, ratio = [3 / 4, 4 / 3], val_xtra = 0.14 }) =>
    new RandomResizedCrop(size as SizeOption, {
      minScale: Number(min_scale),
      maxScale: Number(max_scale),
      ratio: ratio as [number, number],
      valXtra: Number(val_xtra),
    }),
  FlipItem: (_, { p = 0.5 }) => new FlipItem(Number(p)),
  DihedralItem: (_, { p = 1 }) => new DihedralItem(Number(p)),
};

/** The transform that a case describes: `Resize((10, 16), method='pad')`, options also as words behind it, `(min_scale 1, ratio (6,7))`. */
export function itemTransform(text: string): RandTransform {
  const call = parsePython(text) as PythonCall | PythonName;
  const { name, args, named } = "call" in call ? { name: call.call, ...call } : { name: call.identifier, args: [], named: {} };
  const make = MAKERS[name];
  if (make === undefined) throw new Error(`no transform ${name}`);
  const remark = Array.from(text.matchAll(/\b(min_scale|max_scale|ratio|p) (\([^)]*\)|[\d.]+)/g), ([, key = "", shown = ""]) => [
    key,
    parsePython(shown),
  ]);
  return make(args[0], { ...named, ...Object.fromEntries(remark) });
}

function padMode({ pad_mode: mode = "zeros" }: Options): { padMode: PadMode } {
  return { padMode: mode as PadMode };
}
