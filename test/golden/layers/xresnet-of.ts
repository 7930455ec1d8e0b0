import { Mish, ResBlock, seBlock, separableBlock, seResNeXtBlock, Swish } from "@fastap/plugin-nn";
import type { NormType } from "@fastap/plugin-nn";
import { XResNet } from "@fastap/plugin-vision";
import type { XResNetOptions } from "@fastap/plugin-vision";
import { isCall, nameOf } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import { Arguments, defined } from "./arguments.ts";
import { blockOptions } from "./build-convs.ts";
import type { Shapes } from "./model-of.ts";

type Kind = Pick<XResNetOptions, "block" | "groups" | "reduction">;

const BLOCKS: Readonly<Record<string, Kind["block"]>> = {
  ResBlock: (expansion, ni, nf, options) => new ResBlock(expansion, ni, nf, options),
  SEBlock: seBlock,
  SEResNeXtBlock: seResNeXtBlock,
  SeparableBlock: separableBlock,
};

const FAMILIES: Readonly<Record<string, Kind>> = {
  xresnet: {},
  xse_resnet: { block: seBlock, groups: 1, reduction: 16 },
  xse_resnext: { block: seResNeXtBlock, groups: 32, reduction: 16 },
  xresnext: { block: seResNeXtBlock, groups: 32, reduction: 0 },
  xsenet: { block: seBlock, groups: 64, reduction: 16 },
};

const NAME = /^(xresnet|xse_resnet|xse_resnext|xresnext|xsenet)(\d+)(_\w+)?(?=$|\(|\s)/;

/** Whether it is one of the family, by name or as a call of the class. */
export function isXResNet(text: string): boolean {
  return NAME.test(text) || text.startsWith("XResNet(");
}

/**
 * `xresnet18_tiny_widen`, `xse_resnext50_deep(n_out=5)`, `XResNet(ResBlock, 1, [1, 1], …)`: what the words leave open — how many blocks, how wide,
 * attention, groups — is in the shapes of the weights.
 */
export function xresnetOf(text: string, value: PythonValue, shapes: Shapes): XResNet {
  const a = new Arguments(isCall(value) ? value : { call: nameOf(value) ?? "", args: [], named: {} });
  const [, family = "xresnet", depth = "18"] = NAME.exec(text) ?? [];
  const isClass = a.name === "XResNet";
  const kind = isClass ? { block: BLOCKS[nameOf(a.value("block", 0)) ?? ""] ?? BLOCKS["ResBlock"] } : FAMILIES[family];
  const expansion = (isClass ? a.number("expansion", 1) : undefined) ?? (Number(depth) >= 50 ? 4 : 1);
  a.ignore("pretrained", "p", "c_in", "n_out", "stem_szs", "widen", "layers", "device", "dtype");
  const given = blockOptions(a, () => {
    throw new Error("xtra is not read here");
  });
  a.done();
  const seen = fromShapes(shapes);
  return new XResNet(expansion, seen.stages, { ...kind, ...seen.options, ...defined({ act: actIn(text) }), ...given } as XResNetOptions);
}

/** Named after it where the name says one. */
function actIn(text: string): XResNetOptions["act"] {
  if (/_mish\b|_mish_/.test(text)) return () => new Mish();
  return /_swish\b|_swish_|_silu\b/.test(text) ? (): Swish => new Swish() : undefined;
}

function fromShapes(shapes: Shapes): { readonly stages: readonly number[]; readonly options: XResNetOptions } {
  const stages: number[] = [];
  for (const name of shapes.keys()) {
    const [, stage = "", block = ""] = /^(\d+)\.(\d+)\.convpath/.exec(name) ?? [];
    if (stage !== "") stages[Number(stage)] = Number(block) + 1;
  }
  const first = stages.findIndex((blocks) => blocks > 0);
  const stem = Array.from({ length: first - 1 }, (_, i) => weightOf(shapes, `${i}.0`));
  const [last] = [...shapes.values()].filter((shape) => shape.length === 2).slice(-1);
  const names = [...shapes.keys()];
  const ndim = (stem[0]?.length ?? 4) - 2;
  const options = {
    cIn: stem[0]?.[1] ?? 3,
    nOut: last?.[0] ?? 1,
    stemSzs: stem.map(([nf = 1]) => nf),
    ks: stem[0]?.[2] ?? 3,
    widen: widenOf(stages.slice(first).map((_, i) => widthOf(shapes, first + i))),
    sa: names.some((name) => /convpath\.\d+\.gamma$/.test(name)),
    ...(ndim === 2 ? {} : { ndim: ndim as 1 | 3 }),
    ...normIn(names),
  };
  return { stages: stages.slice(first), options };
}

/** Of plain, weight-normed or spectral-normed convolutions. */
function weightOf(shapes: Shapes, layer: string): readonly number[] {
  const found = ["weight", "weight_orig", "weight_v"].map((name) => shapes.get(`${layer}.${name}`));
  return found.find((shape) => shape !== undefined) ?? [];
}

/** Channels that a stage's blocks make, not expanded: of three convolutions the last makes four times as many. */
function widthOf(shapes: Shapes, stage: number): number {
  const convs = [...shapes.keys()].flatMap((name) => new RegExp(`^${stage}\\.0\\.convpath\\.\\d+\\.0(?=\\.weight)`).exec(name)?.[0] ?? []);
  const layers = [...new Set(convs)];
  return (weightOf(shapes, layers.at(-1) ?? "")[0] ?? 0) / (layers.length === 3 ? 4 : 1);
}

/** The shortest decimal that gives all widths, of 64, 128, 256, 512 and then 256. */
function widenOf(widths: readonly number[]): number {
  for (let i = 1; i < 4000; i++) {
    const widen = i / 1000;
    if (widths.every((width, stage) => Math.trunc(([64, 128, 256, 512][stage] ?? 256) * widen) === width)) return widen;
  }
  return 1;
}

/** Of the blocks' first norm; the stem has batch norm whatever they have. */
function normIn(names: readonly string[]): { readonly norm?: NormType | null } {
  const inBlock = names.filter((name) => /^\d+\.0\.convpath\.0\./.test(name));
  if (inBlock.some((name) => name.endsWith("running_mean"))) return {};
  if (inBlock.some((name) => name.endsWith("weight_orig"))) return { norm: "spectral" };
  if (inBlock.some((name) => name.endsWith("weight_v"))) return { norm: "weight" };
  return { norm: inBlock.some((name) => /convpath\.0\.[12]\.weight$/.test(name)) ? "instance" : null };
}
