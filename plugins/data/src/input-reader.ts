import type { Engine, Tensor } from "@fastap/kernel";
import type { Normalize } from "./idx-options.ts";
import { readInputFile } from "./input-file.ts";
import { pixelValue } from "./pixels.ts";
import { fitInput, rawInput, unitRange } from "./test-input.ts";

export interface InputReading {
  readonly engine: Engine;
  readonly root: string;
  /** `[height, width, channels]` */
  readonly inputShape: readonly number[];
  /** The training images were bytes: pixels are fractions. */
  readonly bytes: boolean;
  readonly normalize: Normalize | undefined;
}

/** Makes `testBatch`: the tensor is `[1, …inputShape]` and belongs to the caller. */
export function inputReader({
  engine,
  root,
  inputShape: shape,
  bytes,
  normalize,
}: InputReading): (input: unknown) => Promise<readonly Tensor[]> {
  return async (input) => {
    const where = typeof input === "string" ? input : "input";
    const file = typeof input === "string" ? await readInputFile(input, root) : undefined;
    const values = fitInput(file ?? rawInput(input, where), shape, where);
    if (file?.bytes === true) values.forEach((byte, i) => (values[i] = byte / 255));
    if (bytes) unitRange(values, where);
    const pixels = values.map((pixel) => pixelValue(pixel, normalize));
    return [engine.from(pixels, [1, ...shape], "float32")];
  };
}
