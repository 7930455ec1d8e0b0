import { seBlock, seResNeXtBlock } from "@fastap/plugin-nn";
import type { ModelOptions } from "./model-options.ts";
import { XResNet } from "./xresnet.ts";
import type { XResNetOptions } from "./xresnet.ts";

/** Makes one member of the family; options go to {@link XResNet}. @throws E_NN_OPTION */
export type XResNetMaker = (options?: ModelOptions & XResNetOptions) => XResNet;

const maker =
  (expansion: number, stages: readonly number[], kind: XResNetOptions = {}): XResNetMaker =>
  ({ nIn, ...options } = {}) =>
    new XResNet(expansion, stages, { ...kind, ...(nIn === undefined ? {} : { cIn: nIn }), ...options });

const depths = {
  18: { expansion: 1, blocks: [2, 2, 2, 2] },
  34: { expansion: 1, blocks: [3, 4, 6, 3] },
  50: { expansion: 4, blocks: [3, 4, 6, 3] },
  101: { expansion: 4, blocks: [3, 4, 23, 3] },
  152: { expansion: 4, blocks: [3, 8, 36, 3] },
} as const;
type Depth = keyof typeof depths;

const squeeze: XResNetOptions = { block: seBlock, groups: 1, reduction: 16 };
const next: XResNetOptions = { block: seResNeXtBlock, groups: 32, reduction: 16 };
const plainNext: XResNetOptions = { block: seResNeXtBlock, groups: 32, reduction: 0 };

const of = (depth: Depth, kind?: XResNetOptions): XResNetMaker => maker(depths[depth].expansion, depths[depth].blocks, kind);
/** Two stages of one block more. */
const deep = (depth: Depth, kind?: XResNetOptions): XResNetMaker => maker(depths[depth].expansion, [...depths[depth].blocks, 1, 1], kind);

const EIGHT_18: readonly number[] = [2, 2, 1, 1, 1, 1, 1, 1];
const EIGHT: readonly number[] = [3, 4, 6, 3, 1, 1, 1, 1];
const EIGHT_NEXT: readonly number[] = [3, 4, 4, 2, 2, 1, 1, 1];

/** The family by name. fastai's `xsenet154` leaves the expansion out and cannot run; here it is 4. @source fastai.vision.models.xresnet */
export const xresnets: Readonly<Record<string, XResNetMaker>> = {
  xresnet18: of(18),
  xresnet34: of(34),
  xresnet50: of(50),
  xresnet101: of(101),
  xresnet152: of(152),
  xresnet18_deep: deep(18),
  xresnet34_deep: deep(34),
  xresnet50_deep: deep(50),
  xresnet18_deeper: maker(1, EIGHT_18),
  xresnet34_deeper: maker(1, EIGHT),
  xresnet50_deeper: maker(4, EIGHT),
  xse_resnet18: of(18, squeeze),
  xse_resnet34: of(34, squeeze),
  xse_resnet50: of(50, squeeze),
  xse_resnet101: of(101, squeeze),
  xse_resnet152: of(152, squeeze),
  xresnext18: of(18, plainNext),
  xresnext34: of(34, plainNext),
  xresnext50: of(50, plainNext),
  xresnext101: of(101, plainNext),
  xse_resnext18: of(18, next),
  xse_resnext34: of(34, next),
  xse_resnext50: of(50, next),
  xse_resnext101: of(101, next),
  xse_resnext18_deep: deep(18, next),
  xse_resnext34_deep: deep(34, next),
  xse_resnext50_deep: deep(50, next),
  xse_resnext18_deeper: maker(1, EIGHT_18, next),
  xse_resnext34_deeper: maker(1, EIGHT_NEXT, next),
  xse_resnext50_deeper: maker(4, EIGHT_NEXT, next),
  xsenet154: maker(4, [3, 8, 36, 3], { ...squeeze, groups: 64, p: 0.2 }),
};
