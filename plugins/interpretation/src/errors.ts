import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;
interface Problem {
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

/** A loader that an interpretation cannot read again. */
export const E_INTERPRETATION_LOADER: Coded<Problem> = defineError("E_INTERPRETATION_LOADER", (d) => d);

/** Indices or ranks that do not exist. */
export const E_INTERPRETATION_INDEX: Coded<{ index: number; items: number }> = defineError(
  "E_INTERPRETATION_INDEX",
  ({ index, items }) => ({
    message: "there is no such item",
    expected: `whole numbers 0…${items - 1}`,
    received: String(index),
  }),
);

/** Data or predictions that do not suit this kind of interpretation. */
export const E_INTERPRETATION_KIND: Coded<Problem> = defineError("E_INTERPRETATION_KIND", (d) => d);
