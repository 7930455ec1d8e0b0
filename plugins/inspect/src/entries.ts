import type { Callback, Entry } from "@fastap/kernel";
import { activationStats } from "./activation-stats.ts";
import { collectData } from "./collect-data.ts";
import { mcDropout } from "./mc-dropout.ts";
import { parseOptions } from "./options.ts";

/** Callbacks by name, for `cbs` of a config. */
export const callbackEntries: readonly Entry<Callback>[] = [
  { name: "activationStats", make: (raw) => activationStats(parseActivationStats(raw)) },
  { name: "mcDropout", make: (raw) => (parseOptions("mcDropout", {}, raw), mcDropout()) },
  { name: "collectData", make: (raw) => (parseOptions("collectData", {}, raw), collectData()) },
];

function parseActivationStats(raw: unknown): Parameters<typeof activationStats>[0] {
  const kinds = { withHist: "boolean", every: "count", removeEnd: "boolean", isForward: "boolean", includeParamless: "boolean" } as const;
  return parseOptions("activationStats", kinds, raw);
}
