import type { RandTransform } from "@fastap/plugin-data";
import { CropPad, DihedralItem, FlipItem, OldRandomCrop, RandomCrop, RandomResizedCrop, RatioResize, Resize } from "@fastap/plugin-vision";
import type { PadMode, Resample, Resamples, ResizeMethod, SizeOption } from "@fastap/plugin-vision";
import { Arguments, defined } from "../layers/arguments.ts";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonCall } from "../python-expression.ts";

const MAKERS: Readonly<Record<string, (a: Arguments) => RandTransform>> = {
  Resize: (a) => {
    const options = { method: wordOf(a, "method", 1) as ResizeMethod | undefined, padMode: padMode(a, 2), resamples: resamples(a, 3) };
    return new Resize(sizeOf(a), defined(options));
  },
  RandomCrop: (a) => new RandomCrop(sizeOf(a)),
  OldRandomCrop: (a) => new OldRandomCrop(sizeOf(a), defined({ padMode: padMode(a, 1) })),
  CropPad: (a) => new CropPad(sizeOf(a), defined({ padMode: padMode(a, 1) })),
  RatioResize: (a) => new RatioResize(a.number("max_sz", 0) ?? 0, defined({ resamples: resamples(a, 1) })),
  RandomResizedCrop: (a) => {
    const [low = 3 / 4, high = 4 / 3] = a.numbers("ratio", 2) ?? [];
    const scales = { minScale: a.number("min_scale", 1), maxScale: a.number("max_scale", 5), valXtra: a.number("val_xtra", 4) };
    return new RandomResizedCrop(sizeOf(a), { ratio: [low, high], ...defined({ ...scales, resamples: resamples(a, 3) }) });
  },
  FlipItem: (a) => new FlipItem(a.number("p", 0) ?? 0.5),
  DihedralItem: (a) => new DihedralItem(a.number("p", 0) ?? 1),
};

/** The transform that a case describes: `Resize((10, 16), method='pad')`, options also as words behind it, `(min_scale 1, ratio (6,7))`. */
export function itemTransform(text: string): RandTransform {
  const value = parsePython(text);
  const call: PythonCall = isCall(value) ? value : { call: nameOf(value) ?? "", args: [], named: {} };
  const make = MAKERS[call.call];
  if (make === undefined) throw new Error(`no transform ${call.call}`);
  const remark = Array.from(text.matchAll(/\b(min_scale|max_scale|val_xtra|ratio|p) (\([^)]*\)|[\d.]+)/g), ([, key = "", shown = ""]) => [
    key,
    parsePython(shown),
  ]);
  const a = new Arguments({ ...call, named: { ...call.named, ...Object.fromEntries(remark) } });
  const transform = make(a);
  a.done();
  return transform;
}

function sizeOf(a: Arguments): SizeOption {
  const pair = a.numbers("size", 0);
  return pair === undefined ? (a.number("size", 0) ?? 0) : [pair[0] ?? 0, pair[1] ?? 0];
}

/** `'pad'`, `ResizeMethod.Pad`. */
function wordOf(a: Arguments, key: string, position: number): string | undefined {
  return nameOf(a.value(key, position))?.toLowerCase();
}

function padMode(a: Arguments, position: number): PadMode | undefined {
  return wordOf(a, "pad_mode", position) as PadMode | undefined;
}

/** Pillow's numbers, of images and of masks. */
function resamples(a: Arguments, position: number): Resamples | undefined {
  const given = a.numbers("resamples", position);
  return given === undefined ? undefined : [filter(given[0]), filter(given[1])];
}

function filter(number: number | undefined): Resample {
  if (number !== 0 && number !== 2) throw new Error(`no filter ${number}`);
  return number === 0 ? "nearest" : "bilinear";
}
