import type { Tensor } from "@fastap/kernel";
import type { Sample } from "@fastap/plugin-data";
import type { Check, Value } from "../adapter.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

/** Tensors of the cases become `[shape, numbers]`, whatever the nest around them. */
export function wanted(json: unknown): Value {
  if (isTensor(json)) {
    const { shape, data } = decodeTensor(json);
    return [shape, data];
  }
  return Array.isArray(json) ? json.map(wanted) : (json as Value);
}

export function sampleValue({ data, shape }: Sample): Value {
  return [shape, Array.from(data)];
}

/** Batches of a loader, all of them, as `[shape, numbers]` of each tensor; disposes them. */
export async function batchValues(loader: AsyncIterable<readonly Tensor[]>): Promise<Value[]> {
  const batches: Value[] = [];
  for await (const batch of loader) {
    const tensors: Value[] = [];
    for (const tensor of batch) {
      const { data, shape } = tensor as Tensor & { data(): Promise<ArrayLike<number>> };
      tensors.push([shape, Array.from(await data.call(tensor))]);
      tensor.dispose();
    }
    batches.push(tensors);
  }
  return batches;
}

/** One check for each key of `got`, against the same key of `expected`. */
export function checksOf(got: Readonly<Record<string, Value>>, expected: unknown, path = ""): Check[] {
  const want = expected as Readonly<Record<string, unknown>>;
  return Object.entries(got).flatMap(([key, value]) =>
    key in want ? [{ path: `${path}${key}`, got: value, want: wanted(want[key]) }] : [],
  );
}
