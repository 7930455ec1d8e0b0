import { didYouMean } from "@fastap/kernel";
import { E_PROGRESS_OPTION } from "./errors.ts";
import type { TextStream } from "./terminal.ts";

/** A bar and a table, one line per epoch, nothing, or what suits the stream. */
export type ProgressMode = "auto" | "bar" | "line" | "none";

export interface ProgressOptions {
  /** Default "auto": "bar" on a terminal outside CI, else "line". */
  readonly mode?: ProgressMode;
  /** Where to write; default `process.stderr`. */
  readonly stream?: TextStream;
  /** Milliseconds, never going back; default `performance.now`. */
  readonly now?: () => number;
}

const MODES: readonly string[] = ["auto", "bar", "line", "none"] satisfies ProgressMode[];

/** @throws E_PROGRESS_OPTION */
export function parseOptions(raw: unknown): ProgressOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_PROGRESS_OPTION({ option: "progress", expected: "an object", received: show(raw) });
  const checks: Record<string, readonly [expected: string, ok: (value: unknown) => boolean]> = {
    mode: [MODES.join(", "), (value) => MODES.some((mode) => mode === value)],
    stream: ["a stream with write(text)", (value) => typeof value === "object" && value !== null && "write" in value],
    now: ["a function that returns milliseconds", (value) => typeof value === "function"],
  };
  for (const [option, value] of Object.entries(raw)) {
    if (!Object.hasOwn(checks, option))
      throw E_PROGRESS_OPTION({
        option,
        expected: Object.keys(checks).join(", "),
        received: option,
        hint: didYouMean(option, Object.keys(checks)),
      });
    const [expected, ok] = checks[option] ?? ["", () => false];
    if (value !== undefined && !ok(value)) throw E_PROGRESS_OPTION({ option, expected, received: show(value), hint: hint(value) });
  }
  return raw;
}

function hint(value: unknown): string {
  return typeof value === "string" ? didYouMean(value, MODES) : "";
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
