import { didYouMean } from "@fastap/kernel";
import { E_CHECKPOINT_OPTION } from "./errors.ts";

export interface CheckpointOptions {
  /** Directory of the checkpoints, relative to the host's root; default "checkpoints". */
  readonly dir?: string;
  /** Save after every so many training batches; default 0, not. */
  readonly everySteps?: number;
  /** Save after every so many epochs; default 1, and 0 is not. */
  readonly everyEpochs?: number;
  /** Newest checkpoints that are kept; default 3. */
  readonly keep?: number;
  /** SIGINT and SIGTERM save and then end the process with code 130 or 143; default false. The command line does so anyway. */
  readonly signals?: boolean;
}

export const DEFAULTS: Required<CheckpointOptions> = { dir: "checkpoints", everySteps: 0, everyEpochs: 1, keep: 3, signals: false };

const atLeast = (least: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= least;
const CHECKS: Readonly<Record<keyof CheckpointOptions, readonly [expected: string, ok: (value: unknown) => boolean]>> = {
  dir: ["the path of a directory", (value) => typeof value === "string" && value !== ""],
  everySteps: ["a whole number ≥ 0", atLeast(0)],
  everyEpochs: ["a whole number ≥ 0", atLeast(0)],
  keep: ["a whole number ≥ 1", atLeast(1)],
  signals: ["true or false", (value) => typeof value === "boolean"],
};

/** @throws E_CHECKPOINT_OPTION */
export function parseOptions(raw: unknown): CheckpointOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_CHECKPOINT_OPTION({ option: "checkpoint", expected: "an object", received: show(raw) });
  const known = Object.keys(CHECKS);
  for (const [option, value] of Object.entries(raw)) {
    if (!isKnown(option))
      throw E_CHECKPOINT_OPTION({ option, expected: known.join(", "), received: option, hint: didYouMean(option, known) });
    const [expected, ok] = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_CHECKPOINT_OPTION({ option, expected, received: show(value) });
  }
  return raw;
}

function isKnown(option: string): option is keyof CheckpointOptions {
  return Object.hasOwn(CHECKS, option);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
