import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;
interface Mismatch {
  readonly loss: string;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
}

export const E_LOSSES_OPTION: Coded<{ loss: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_LOSSES_OPTION",
  ({ loss, problem, known, option }) => ({
    message: `${loss}: ${problem}`,
    expected: `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

interface TensorMismatch extends Mismatch {
  readonly backend: string;
}

/** A prediction or a number of targets that a loss cannot take. */
export const E_LOSSES_INPUT: Coded<Mismatch> = defineError("E_LOSSES_INPUT", ({ loss, ...rest }) => ({ ...rest, where: loss }));

export const E_LOSSES_SHAPE: Coded<TensorMismatch> = defineError("E_LOSSES_SHAPE", located);

export const E_LOSSES_DTYPE: Coded<TensorMismatch> = defineError("E_LOSSES_DTYPE", located);

function located({ loss, backend, ...rest }: TensorMismatch): Omit<Mismatch, "loss"> & { readonly where: string } {
  return { ...rest, where: `${loss}, on backend ${backend}` };
}

interface ClassId {
  readonly loss: string;
  readonly id: number;
  /** Of the batch. */
  readonly row: number;
  readonly classes: number;
  /** A number that stands for no class and is passed over. */
  readonly ignored?: number | undefined;
  readonly preds: readonly number[];
  readonly targs: readonly number[];
  /** Of which batch, and which item of the data. */
  readonly where: string;
}

/** A target that is no class of the predictions. */
export const E_LOSSES_CLASS: Coded<ClassId> = defineError("E_LOSSES_CLASS", ({ loss, id, row, classes, ignored, preds, targs, where }) => ({
  message: `${loss}: the target in row ${row} of the batch is ${id}, which is no class of the predictions`,
  expected: `whole numbers 0…${classes - 1}${ignored === undefined ? "" : `, or ${ignored} for a row that does not count`}`,
  received: `${id}, with predictions [${preds.join(", ")}], targets [${targs.join(", ")}]`,
  where,
  hint: "Give the model as many outputs as there are classes, or mend the target. No step was taken.",
}));
