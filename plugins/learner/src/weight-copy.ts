import type { Engine, Model, StateDict, Tensor, TypedArray } from "@fastap/kernel";

/** All that a model holds, as it was at a step. */
export interface WeightCopy {
  /** Puts back what is named, or everything. `now` is the model's state dict. */
  restore(now: StateDict, names?: readonly string[]): void;
}

/** As a model of plugin nn: parameters, buffers and counters by name, their values in the layout of the backend. */
interface Raw {
  saved(): ReadonlyMap<string, Item[1]>;
}

type Item = readonly [name: string, item: { value: number | (Tensor & { assign(value: Tensor): void }) }];

/** Without bringing them into the layout of files, which takes many times as long, where the model lets us. */
export async function copyWeights(model: Model, engine: Engine): Promise<WeightCopy> {
  return isRaw(model) ? rawCopy(model, engine) : stateCopy(model);
}

function isRaw(model: Model): model is Model & Raw {
  return "saved" in model && typeof model.saved === "function";
}

/** The structure of a model is fixed from `init` on, and walking it takes longer than reading a small one. */
const itemsOf: WeakMap<Raw, readonly Item[]> = new WeakMap();

async function rawCopy(model: Raw, engine: Engine): Promise<WeightCopy> {
  const items = itemsOf.get(model) ?? [...model.saved()];
  itemsOf.set(model, items);
  const values = await Promise.all(items.map(async ([, { value }]) => (typeof value === "number" ? value : engine.read(value))));
  return {
    restore(_, names) {
      for (const [i, [name, item]] of items.entries()) {
        const kept = values[i];
        if (kept === undefined || (names !== undefined && !names.includes(name))) continue;
        if (typeof kept === "number") item.value = kept;
        else if (typeof item.value !== "number") assign(engine, item.value, kept);
      }
    },
  };
}

function assign(engine: Engine, variable: Tensor & { assign(value: Tensor): void }, values: TypedArray): void {
  const tensor = engine.from(values, variable.shape);
  variable.assign(tensor);
  tensor.dispose();
}

async function stateCopy(model: Model): Promise<WeightCopy> {
  const state = await model.stateDict();
  return {
    restore(now, names) {
      if (names === undefined) return model.loadStateDict(state);
      const mended = new Map(now);
      for (const name of names) {
        const stored = state.get(name);
        if (stored !== undefined) mended.set(name, stored);
      }
      model.loadStateDict(mended);
    },
  };
}
