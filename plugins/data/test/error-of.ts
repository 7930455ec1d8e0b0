import type { FastapError } from "@fastap/kernel";

/** The coded error that `f` ends with; fails when there is none. */
export async function errorOf(f: () => unknown): Promise<FastapError> {
  try {
    await f();
  } catch (error) {
    if (isCoded(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** By its shape: under tsx, what a package imports when it needs it sees a second copy of the kernel, with a class of its own. */
function isCoded(error: unknown): error is FastapError {
  return error instanceof Error && "code" in error && "problem" in error;
}
