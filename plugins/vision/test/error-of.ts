import { isFastapError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

/** The coded error that `f` ends with; fails when there is none. */
export async function errorOf(f: () => unknown): Promise<FastapError> {
  try {
    await f();
  } catch (error) {
    if (isFastapError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
