import { didYouMean } from "@fastap/kernel";
import { E_LOGGER_CSV_OPTION } from "./errors.ts";

export interface CsvOptions {
  /** Relative to the Learner's path; default "history.csv". */
  readonly fname?: string;
  /** Go on with a file that is there; default false: start it anew. A resumed fit goes on with it anyway. */
  readonly append?: boolean;
}

const CHECKS: Readonly<Record<keyof CsvOptions, readonly [expected: string, ok: (value: unknown) => boolean]>> = {
  fname: ["a file name", (value) => typeof value === "string" && value !== ""],
  append: ["true or false", (value) => typeof value === "boolean"],
};

/** @throws E_LOGGER_CSV_OPTION */
export function parseOptions(raw: unknown): CsvOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_LOGGER_CSV_OPTION({ option: "logger-csv", expected: "an object", received: show(raw) });
  const known = Object.keys(CHECKS);
  for (const [option, value] of Object.entries(raw)) {
    if (!isKnown(option))
      throw E_LOGGER_CSV_OPTION({ option, expected: known.join(", "), received: option, hint: didYouMean(option, known) });
    const [expected, ok] = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_LOGGER_CSV_OPTION({ option, expected, received: show(value) });
  }
  return raw;
}

function isKnown(option: string): option is keyof CsvOptions {
  return Object.hasOwn(CHECKS, option);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
