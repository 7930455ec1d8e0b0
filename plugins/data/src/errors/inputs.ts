import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

export const E_DATA_INPUT_SHAPE: Coded<{ expected: string; received: string; where: string }> = defineError(
  "E_DATA_INPUT_SHAPE",
  ({ expected, received, where }) => ({ message: "the input has the wrong shape", expected, received, where }),
);

export const E_DATA_INPUT_VALUE: Coded<{ expected: string; received: string; where: string; hint?: string }> = defineError(
  "E_DATA_INPUT_VALUE",
  ({ expected, received, where, hint }) => ({ message: "the input holds a value that is no pixel", expected, received, where, hint }),
);

export const E_DATA_INPUT_KIND: Coded<{ received: string }> = defineError("E_DATA_INPUT_KIND", ({ received }) => ({
  message: "the input is of no known kind",
  expected: "nested numbers, { data, shape }, or the path of a .json or idx file (`images-idx3-ubyte#7` is its eighth image)",
  received,
}));
