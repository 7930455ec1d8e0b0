import type { Entry, OptFunc } from "@fastap/kernel";
import { adam, type AdamOptions } from "./adam.ts";
import { optimWrapperEntry } from "./foreign-entry.ts";
import { lamb, type LambOptions } from "./lamb.ts";
import { larc, type LarcOptions } from "./larc.ts";
import { ranger, type RangerOptions } from "./lookahead.ts";
import { qhadam, type QHAdamOptions } from "./qhadam.ts";
import { radam, type RAdamOptions } from "./radam.ts";
import { rmsprop, type RMSPropOptions } from "./rmsprop.ts";
import { sgd, type SGDOptions } from "./sgd.ts";

/** Every optimizer by name; fastai's class names are aliases. Makers check their options themselves, hence the casts. */
export const optimizerEntries: readonly Entry<OptFunc>[] = [
  { name: "sgd", aliases: ["SGD"], make: (o, host) => sgd(o as SGDOptions, host.resolve("engine")) },
  { name: "rmsprop", aliases: ["RMSProp"], make: (o, host) => rmsprop(o as RMSPropOptions, host.resolve("engine")) },
  { name: "adam", aliases: ["Adam"], make: (o, host) => adam(host.resolve("engine"), o as AdamOptions) },
  { name: "radam", aliases: ["RAdam"], make: (o, host) => radam(o as RAdamOptions, host.resolve("engine")) },
  { name: "qhadam", aliases: ["QHAdam"], make: (o, host) => qhadam(o as QHAdamOptions, host.resolve("engine")) },
  { name: "larc", aliases: ["Larc"], make: (o, host) => larc(o as LarcOptions, host.resolve("engine")) },
  { name: "lamb", aliases: ["Lamb"], make: (o, host) => lamb(o as LambOptions, host.resolve("engine")) },
  { name: "ranger", make: (o, host) => ranger(o as RangerOptions, host.resolve("engine")) },
  optimWrapperEntry,
];
