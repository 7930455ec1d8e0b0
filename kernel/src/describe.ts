import type { Hook } from "tapable";
import type { Host } from "./host.ts";

export interface DescribedHook {
  readonly hook: string;
  readonly kind: "sync" | "async" | "waterfall";
  /** In the order they are called. */
  readonly taps: readonly { readonly name: string; readonly stage: number }[];
}

/** Who taps what, in order: the hooks of a run that is made and never started. */
export function describeHooks(host: Host): readonly DescribedHook[] {
  return Object.entries<unknown>({ ...host.dryRunHooks() }).map(([hook, value]) => {
    const { taps, constructor } = value as Hook<unknown, unknown>;
    return { hook, kind: kindOf(constructor.name), taps: taps.map(({ name, stage }) => ({ name, stage: stage ?? 0 })) };
  });
}

function kindOf(className: string): DescribedHook["kind"] {
  if (className.includes("Waterfall")) return "waterfall";
  return className.startsWith("Sync") ? "sync" : "async";
}
