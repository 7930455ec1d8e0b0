import type { ProgressMode } from "./options.ts";

/** The part of `process.stderr` that is used. */
export interface TextStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Back to the first column, and erase from the cursor to the end of the line. */
export const RETURN = "\r";
export const ERASE = "\u001B[K";

/** What "auto" means here: a bar on a terminal that a person watches, lines elsewhere. */
export function terminalMode(mode: ProgressMode, stream: TextStream, env: Environment): Exclude<ProgressMode, "auto"> {
  if (mode !== "auto") return mode;
  const automated = env["CI"] !== undefined && env["CI"] !== "" && env["CI"] !== "false";
  return stream.isTTY === true && !automated && env["TERM"] !== "dumb" ? "bar" : "line";
}

/** Columns to write in. The last one stays free: some terminals wrap when it is filled. */
export function terminalWidth({ isTTY, columns }: TextStream): number {
  return isTTY === true ? Math.max(1, (columns === undefined || columns === 0 ? 80 : columns) - 1) : Infinity;
}

/** None in a browser. */
export function standardError(): TextStream | undefined {
  return typeof process === "undefined" ? undefined : process.stderr;
}

export function environment(): Environment {
  return typeof process === "undefined" ? {} : process.env;
}
