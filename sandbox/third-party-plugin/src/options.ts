import { didYouMean } from "@fastap/kernel";
import { E_GRAD_NORM_OPTION } from "./errors.ts";

export interface GradNormOptions {
  /** Measures every so many training batches; default 1. */
  readonly every: number;
}

export function parseOptions(raw: unknown): GradNormOptions {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) throw E_GRAD_NORM_OPTION({ expected: "an object", received: raw });
  const unknown = Object.keys(raw).find((key) => key !== "every");
  if (unknown !== undefined)
    throw E_GRAD_NORM_OPTION({ expected: "the key every", received: unknown, hint: didYouMean(unknown, ["every"]) });
  const every: unknown = "every" in raw ? raw.every : 1;
  if (typeof every === "number" && Number.isInteger(every) && every > 0) return { every };
  throw E_GRAD_NORM_OPTION({ expected: "every: a whole number from 1", received: every });
}
