import { decodedItems, decodes } from "./decoded-results.ts";
import { E_LEARNER_NO_TEST_BATCH } from "./errors.ts";
import type { Preds } from "./gather-preds.ts";
import { rowsOf, type HostArray } from "./host-array.ts";
import type { Learner } from "./learner.ts";
import { singleBatch } from "./single-batch.ts";

/**
 * What a decision means: a label, a list of labels, a number or a list of numbers; for masks, points and boxes their array as the data decode it.
 * Where there are several targets, a list of one for each.
 */
export type Decoded = string | number | boolean | HostArray | readonly Decoded[];

/** Meaning, the loss's decision (a class number, or an array without the axis of items) and activated predictions, row by row. */
export type Predicted = [decoded: Decoded, decision: number | HostArray, probs: number[]];

export interface PredictOptions {
  /** The input too, as the data decode it; default false. */
  readonly withInput?: boolean;
}

/** @throws E_LEARNER_NO_TEST_BATCH */
export async function predict(learner: Learner, input: unknown): Promise<[input: unknown, ...Predicted]> {
  if (learner.dls.testBatch === undefined) throw E_LEARNER_NO_TEST_BATCH();
  const batch = await learner.dls.testBatch(input);
  const preds = await learner.getPreds({ dl: singleBatch(batch, batch.length), withDecoded: true, withInput: true });
  const { inputs, targets } = await meaning(learner, preds);
  const [decision] = preds.all.decoded.map((each) => firstRow(each));
  return [inputs, targets, decision ?? NaN, [...preds.preds.data]];
}

async function meaning(learner: Learner, { all }: Preds): Promise<{ readonly inputs: unknown; readonly targets: Decoded }> {
  const { inputs, decoded } = all;
  const { valid } = learner.dls;
  if (!decodes(valid))
    return { inputs: alone(inputs.map(firstRow)), targets: alone(decoded.map((each) => labelOf(learner, firstRow(each)))) };
  const [item] = await decodedItems(learner, { dl: valid, fields: [...inputs, ...decoded] });
  const parts = item === undefined ? [] : Array.from(item);
  const targets = parts.slice(inputs.length).map(plain);
  return { inputs: alone(parts.slice(0, inputs.length)), targets: alone(targets) };
}

/** Where the data cannot say more: the name of a class. */
function labelOf({ dls }: Learner, decision: number | HostArray): Decoded {
  return typeof decision === "number" ? (dls.vocab?.[decision] ?? String(decision)) : decision;
}

function firstRow(array: HostArray): number | HostArray {
  const [row = array] = rowsOf(array);
  return row.shape.length === 0 ? (row.data[0] ?? NaN) : row;
}

/** Of a title its value; a tuple stays a list. */
function plain(value: unknown): Decoded {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value === "object" && value !== null && "value" in value) return value.value as Decoded; // data's Titled
  return value as Decoded; // a sample, or a number
}

function alone<T>(list: readonly T[]): T | readonly T[] {
  const [first] = list;
  return first !== undefined && list.length === 1 ? first : list;
}
