import type { FastapError } from "@fastap/kernel";

/** Makes an error of a code from what is special about it. */
export type Coded<D> = (details: D, cause?: unknown) => FastapError;
