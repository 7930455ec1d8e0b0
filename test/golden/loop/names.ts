import type { Host, Spec } from "@fastap/kernel";
import { camel } from "./recipe.ts";
import { parseCall } from "../adapters/call.ts";

/** `SGD(mom=0.9)` or `CrossEntropyLossFlat` as our registry has it. */
export function specOf(text: string): Spec {
  const { name, args } = parseCall(text);
  return [name, Object.fromEntries(args.map(({ key, value }) => [camel(key), value]))];
}

/** Losses: `CrossEntropyLossFlat` is `crossEntropyLossFlat` here, `BCELossFlat` is `bceLossFlat`. */
export function lossSpec(text: string): Spec {
  const [name, options] = specOf(text) as readonly [string, unknown];
  const lower = name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z](?=[a-z])|^L1|^MSE|^BCE/, (start) => start.toLowerCase());
  return [lower, options];
}

/** Metrics: `error_rate` is `errorRate`, `R2Score` is `r2Score`. */
export function metricName(host: Host, name: string): string {
  const known = host.registry("metrics").names();
  const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
  return known.find((candidate) => plain(candidate) === plain(name)) ?? camel(name);
}
