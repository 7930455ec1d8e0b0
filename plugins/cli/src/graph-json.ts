import type { DescribedHook } from "@fastap/kernel";

/** Hooks in event order, each with its taps in the order they are called. */
export function hookJson(hooks: readonly DescribedHook[]): string {
  return JSON.stringify(hooks);
}
