import type { Engine, StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import { E_NN_STATE } from "./errors.ts";
import { halfToFloat } from "./half.ts";
import { Counter } from "./parameter.ts";
import type { Buffer, Parameter } from "./parameter.ts";
import { sizeOf } from "./permute.ts";

export type Saved = Parameter | Buffer | Counter;

/** Reads everything at once; values are those of the moment of the call. */
export async function readState(saved: ReadonlyMap<string, Saved>, engine: Engine): Promise<StateDict> {
  const entries = [...saved].map(async ([name, item]): Promise<[string, StoredTensor]> => {
    if (item instanceof Counter) return [name, { dtype: "I64", shape: [], data: BigInt64Array.of(BigInt(item.value)) }];
    return [name, { dtype: "F32", shape: item.shape, data: await item.read(engine) }];
  });
  return new Map(await Promise.all(entries));
}

/** Checks everything, then changes everything; without an engine, what the tensors will start with. @throws E_NN_STATE */
export function loadState(saved: ReadonlyMap<string, Saved>, state: StateDict, engine: Engine | undefined, strict: boolean): void {
  check(saved, state, strict);
  if (engine === undefined) startWith(saved, state);
  else assign(saved, state, engine);
}

function startWith(saved: ReadonlyMap<string, Saved>, state: StateDict): void {
  for (const [name, item] of saved) {
    const stored = state.get(name);
    if (stored === undefined) continue;
    if (item instanceof Counter) item.value = Number(stored.data[0]);
    else item.startWith(() => floatsOf(stored));
  }
}

/** All new tensors first, so that running out of memory changes nothing. */
function assign(saved: ReadonlyMap<string, Saved>, state: StateDict, engine: Engine): void {
  const fresh: [Exclude<Saved, Counter>, Tensor][] = [];
  const counts: [Counter, number][] = [];
  for (const [name, item] of saved) {
    const stored = state.get(name);
    if (stored === undefined) continue;
    if (item instanceof Counter) counts.push([item, Number(stored.data[0])]);
    else fresh.push([item, item.tensorOf(engine, floatsOf(stored))]);
  }
  for (const [item, count] of counts) item.value = count;
  for (const [item, tensor] of fresh) {
    item.value.assign(tensor);
    tensor.dispose();
  }
}

function check(saved: ReadonlyMap<string, Saved>, state: StateDict, strict: boolean): void {
  const missing = strict ? [...saved.keys()].filter((name) => !state.has(name)) : [];
  const unexpected = strict ? [...state.keys()].filter((name) => !saved.has(name)) : [];
  const wrong: string[] = [];
  for (const [name, item] of saved) {
    const stored = state.get(name);
    if (stored === undefined) continue;
    if (!sameShape(item, stored.shape)) wrong.push(`${name} is [${stored.shape.join(", ")}], not [${item.shape.join(", ")}]`);
    else if (stored.data.length !== sizeOf(stored.shape))
      wrong.push(`${name} holds ${stored.data.length} values, not ${sizeOf(stored.shape)}`);
  }
  if (missing.length + unexpected.length + wrong.length > 0) throw E_NN_STATE({ missing, unexpected, wrong });
}

/** Some writers store a counter as `[1]`. */
function sameShape(item: Saved, shape: readonly number[]): boolean {
  if (item instanceof Counter) return sizeOf(shape) === 1;
  return item.shape.length === shape.length && item.shape.every((size, i) => size === shape[i]);
}

/** As float32; whole numbers and halves converted. */
export function floatsOf({ dtype, data }: StoredTensor): Float32Array {
  if (dtype === "F16" && data instanceof Uint16Array) return Float32Array.from(data, halfToFloat);
  return data instanceof BigInt64Array ? Float32Array.from(data, Number) : Float32Array.from(data);
}
