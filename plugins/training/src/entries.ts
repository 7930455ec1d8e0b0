import type { Callback, Entry } from "@fastap/kernel";
import { bnFreeze } from "./bn-freeze.ts";
import { gradientAccumulation } from "./gradient-accumulation.ts";
import { gradientClip } from "./gradient-clip.ts";
import { modelResetter } from "./model-resetter.ts";
import { parseOptions } from "./options.ts";
import { rnnCallback } from "./rnn-callback.ts";
import { rnnRegularizer } from "./rnn-regularizer.ts";
import { shortEpoch } from "./short-epoch.ts";

/** Every callback by name, with fastai's as an alias. */
export const callbackEntries: readonly Entry<Callback>[] = [
  {
    name: "gradientAccumulation",
    aliases: ["GradientAccumulation"],
    make: (o) => gradientAccumulation(parseOptions("gradientAccumulation", { nAcc: 32 }, o)),
  },
  {
    name: "gradientClip",
    aliases: ["GradientClip"],
    make: (o) => gradientClip(parseOptions("gradientClip", { maxNorm: 1, normType: 2 }, o)),
  },
  {
    name: "bnFreeze",
    aliases: ["BnFreeze"],
    make: (o) => {
      parseOptions("bnFreeze", {}, o);
      return bnFreeze();
    },
  },
  {
    name: "shortEpoch",
    aliases: ["ShortEpochCallback"],
    make: (o) => shortEpoch(parseOptions("shortEpoch", { pct: 0.01, shortValid: true }, o)),
  },
  { name: "modelResetter", aliases: ["ModelResetter"], make: (o) => (parseOptions("modelResetter", {}, o), modelResetter()) },
  { name: "rnnCallback", aliases: ["RNNCallback"], make: (o) => (parseOptions("rnnCallback", {}, o), rnnCallback()) },
  {
    name: "rnnRegularizer",
    aliases: ["RNNRegularizer"],
    make: (o) => rnnRegularizer(parseOptions("rnnRegularizer", { alpha: 0, beta: 0 }, o)),
  },
];
