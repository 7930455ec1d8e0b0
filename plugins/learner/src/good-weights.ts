import type { Run, StateDict, StoredTensor } from "@fastap/kernel";
import { findNotFinite } from "./find-not-finite.ts";
import { copyWeights, type WeightCopy } from "./weight-copy.ts";

/** A copy of a model on the host from a step at which all of it was finite. */
export class GoodWeights {
  #copy: { readonly weights: WeightCopy; readonly step: number } | undefined;

  /** Name of the first parameter that holds NaN or infinity; where there is none, the copy is now of this step. */
  async keep({ model, engine, trainIter }: Run): Promise<string | undefined> {
    const params = model.parameters();
    const broken = await findNotFinite(
      engine,
      params.map(({ value }) => value),
    );
    if (broken >= 0) return params[broken]?.name;
    this.#copy = { weights: await copyWeights(model, engine), step: trainIter };
    return undefined;
  }

  /**
   * Puts the copy back where the model holds what is not finite: all of it where that is a parameter, else those buffers alone.
   * Returns the broken parameter, and the step that the model is of again.
   */
  async putBack({ model, opt }: Run): Promise<{ readonly param: string | undefined; readonly step: number | undefined }> {
    const state = await model.stateDict();
    const broken = brokenNames(state);
    const params = new Set(model.parameters().map(({ name }) => name));
    const param = broken.find((name) => params.has(name));
    const copy = this.#copy;
    if (copy === undefined || broken.length === 0) return { param, step: undefined };
    if (param === undefined) {
      copy.weights.restore(state, broken);
      return { param, step: undefined };
    }
    copy.weights.restore(state);
    opt?.clearState(); // its moments have seen the same step
    return { param, step: copy.step };
  }
}

function brokenNames(state: StateDict): string[] {
  return [...state].flatMap(([name, stored]) => (isFinite(stored) ? [] : [name]));
}

function isFinite({ data }: StoredTensor): boolean {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return true;
  return firstBroken(data) === undefined;
}

/** The first value that is NaN or infinite. */
export function firstBroken(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value - value !== 0) return value;
  }
  return undefined;
}
