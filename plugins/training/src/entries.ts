import type { Callback, Entry } from "@fastap/kernel";
import { bnFreeze } from "./bn-freeze.ts";
import { gradientAccumulation } from "./gradient-accumulation.ts";
import { gradientClip } from "./gradient-clip.ts";
import { parseOptions } from "./options.ts";
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
];
