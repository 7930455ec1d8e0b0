import { E_VISION_OPTION } from "../errors.ts";

/** How many files are worked on at a time; the processors where nothing is said. @throws E_VISION_OPTION */
export async function workersOption(n: number | undefined, option: string, where: string): Promise<number> {
  const { availableParallelism } = await import("node:os");
  const count = n ?? Math.min(16, availableParallelism());
  if (!Number.isSafeInteger(count) || count < 1)
    throw E_VISION_OPTION({ option, expected: "a whole number from 1", received: String(n), where });
  return count;
}
