import type { Entry, LossFunc } from "@fastap/kernel";
import { bceLossFlat, bceWithLogitsLossFlat, type BCEOptions, type BCEWithLogitsOptions } from "./bce.ts";
import { combinedLossByName } from "./combined.ts";
import { crossEntropyLossFlat, type CrossEntropyLossOptions } from "./cross-entropy.ts";
import { diceLoss, type DiceLossOptions } from "./dice.ts";
import { focalLossFlat, type FocalLossOptions } from "./focal.ts";
import { labelSmoothingCrossEntropyFlat, type LabelSmoothingOptions } from "./label-smoothing.ts";
import { l1LossFlat, mseLossFlat, type RegressionLossOptions } from "./regression.ts";

/** Every loss by name. Makers check their options themselves, hence the casts. */
export const lossEntries: readonly Entry<LossFunc>[] = [
  {
    name: "crossEntropyLossFlat",
    aliases: ["crossEntropy"],
    make: (o, host) => crossEntropyLossFlat(host.resolve("engine"), o as CrossEntropyLossOptions),
  },
  {
    name: "labelSmoothingCrossEntropyFlat",
    aliases: ["labelSmoothingCrossEntropy"],
    make: (o, host) => labelSmoothingCrossEntropyFlat(host.resolve("engine"), o as LabelSmoothingOptions),
  },
  { name: "focalLossFlat", aliases: ["focalLoss"], make: (o, host) => focalLossFlat(host.resolve("engine"), o as FocalLossOptions) },
  { name: "bceWithLogitsLossFlat", make: (o) => bceWithLogitsLossFlat(o as BCEWithLogitsOptions) },
  { name: "bceLossFlat", make: (o) => bceLossFlat(o as BCEOptions) },
  { name: "mseLossFlat", make: (o) => mseLossFlat(o as RegressionLossOptions) },
  { name: "l1LossFlat", make: (o) => l1LossFlat(o as RegressionLossOptions) },
  { name: "combinedLoss", make: (o, host) => combinedLossByName(o, host) },
  { name: "diceLoss", make: (o) => diceLoss(o as DiceLossOptions) },
];
