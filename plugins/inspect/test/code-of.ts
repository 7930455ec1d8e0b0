import { isFastapError } from "@fastap/kernel";

/** Code of the error that a call throws. */
export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return isFastapError(error) ? error.code : String(error);
  }
  return "nothing was thrown";
}
