import type { Callback, Entry } from "@fastap/kernel";
import { cutMix } from "./cut-mix.ts";
import { mixUp } from "./mix-up.ts";
import { parseOptions } from "./options.ts";

/** Both callbacks by name, with fastai's as an alias. */
export const callbackEntries: readonly Entry<Callback>[] = [
  { name: "mixUp", aliases: ["MixUp"], make: (o) => mixUp(parseOptions("mixUp", { alpha: 0.4 }, o)) },
  { name: "cutMix", aliases: ["CutMix"], make: (o) => cutMix(parseOptions("cutMix", { alpha: 1 }, o)) },
];
