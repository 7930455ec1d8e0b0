import { didYouMean } from "@fastap/kernel";
import { E_LOGGER_TENSORBOARD_OPTION } from "./errors.ts";

/** `@source fastai.callback.tensorboard.TensorBoardCallback` */
export interface TensorBoardOptions {
  /** Relative to the Learner's path; default "runs/tensorboard". A resumed fit adds a file to it. */
  readonly logDir?: string;
  /** The layers of the model as a graph; default true. */
  readonly traceModel?: boolean;
  /** Inputs of the first validation batch as images, and what was predicted for them; default true. */
  readonly logPreds?: boolean;
  /** Items shown; default 9. */
  readonly nPreds?: number;
  /** Distributions of the parameters after every epoch; default false. */
  readonly histograms?: boolean;
  /** Settings and results of the run in the HParams tab; default true. */
  readonly hparams?: boolean;
  /** Seconds since 1970, for every event; default the clock. */
  readonly now?: () => number;
}

const bool = ["true or false", (value: unknown) => typeof value === "boolean"] as const;
const CHECKS: Readonly<Record<keyof TensorBoardOptions, readonly [expected: string, ok: (value: unknown) => boolean]>> = {
  logDir: ["the path of a directory", (value) => typeof value === "string" && value !== ""],
  traceModel: bool,
  logPreds: bool,
  nPreds: ["a whole number ≥ 1", (value) => Number.isSafeInteger(value) && Number(value) >= 1],
  histograms: bool,
  hparams: bool,
  now: ["a function that returns seconds", (value) => typeof value === "function"],
};

/** @throws E_LOGGER_TENSORBOARD_OPTION */
export function parseOptions(raw: unknown): TensorBoardOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_LOGGER_TENSORBOARD_OPTION({ option: "logger-tensorboard", expected: "an object", received: show(raw) });
  const known = Object.keys(CHECKS);
  for (const [option, value] of Object.entries(raw)) {
    if (!isKnown(option))
      throw E_LOGGER_TENSORBOARD_OPTION({ option, expected: known.join(", "), received: option, hint: didYouMean(option, known) });
    const [expected, ok] = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_LOGGER_TENSORBOARD_OPTION({ option, expected, received: show(value) });
  }
  return raw;
}

function isKnown(option: string): option is keyof TensorBoardOptions {
  return Object.hasOwn(CHECKS, option);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
