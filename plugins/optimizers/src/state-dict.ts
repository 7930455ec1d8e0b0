import type { Hypers, OptimizerState, Param, ParamGroup, StoredTensor } from "@fastap/kernel";
import { tensor as makeTensor, util, type Tensor } from "@tensorflow/tfjs-core";
import { E_OPTIMIZERS_STATE } from "./errors.ts";
import type { ParamState } from "./state.ts";

/** One parameter in an optimizer. */
export interface Slot {
  readonly param: Param;
  readonly group: ParamGroup;
  /** Of its group. */
  readonly index: number;
  readonly doWd: boolean;
  readonly state: ParamState;
}

/** Number that every parameter has in a state dict, stepped or not: the index of its group. */
const GROUP = "group";

/** Copies hypers, counts and moments out; waits for the device. */
export async function readState(groups: readonly ParamGroup[], slots: readonly Slot[]): Promise<OptimizerState> {
  const numbers: Record<string, number> = {};
  const tensors = new Map<string, StoredTensor>();
  for (const { param, index, state } of slots) {
    numbers[`${param.name}.${GROUP}`] = index;
    for (const [key, value] of state.numbers) numbers[`${param.name}.${key}`] = value;
    for (const [key, value] of state.tensors) tensors.set(`${param.name}.${key}`, await stored(value));
  }
  return { hypers: groups.map((group) => ({ ...group.hypers })), numbers, tensors };
}

async function stored(tensor: Tensor): Promise<StoredTensor> {
  return { dtype: "F32", shape: [...tensor.shape], data: Float32Array.from(await tensor.data<"float32">()) };
}

/** Puts a copy of a state back; checks all of it before anything changes. @throws E_OPTIMIZERS_STATE */
export function restoreState(groups: readonly ParamGroup[], slots: readonly Slot[], saved: OptimizerState): void {
  checkGroups(groups, saved.hypers);
  checkParams(slots, saved.numbers);
  const byName = new Map(slots.map((slot) => [slot.param.name, slot]));
  const numbers = Object.entries(saved.numbers).map(([path, value]) => ({ ...locate(byName, path), value }));
  const tensors = [...saved.tensors].map(([path, value]) => checkTensor({ ...locate(byName, path), value }, path));
  for (const [i, group] of groups.entries()) Object.assign(group.hypers, saved.hypers[i]);
  for (const { state } of slots) state.clear();
  for (const { slot, key, value } of numbers) if (key !== GROUP) slot.state.numbers.set(key, value);
  for (const { slot, key, value } of tensors) slot.state.setTensor(key, makeTensor(value.data.slice(), [...value.shape], "float32"));
}

function checkGroups(groups: readonly ParamGroup[], hypers: readonly Hypers[]): void {
  if (hypers.length !== groups.length) {
    throw mismatch("the number of parameter groups differs", String(groups.length), String(hypers.length));
  }
  for (const [i, group] of groups.entries()) {
    const [want, got] = [group.hypers, hypers[i] ?? {}].map((h) => Object.keys(h).toSorted().join(", "));
    if (want !== got) throw mismatch(`the hypers of group ${i} differ`, want ?? "", got ?? "");
    const bad = Object.entries(hypers[i] ?? {}).find(([, value]) => !Number.isFinite(value));
    if (bad !== undefined) throw mismatch(`hyper "${bad[0]}" of group ${i} is no number`, "a finite number", String(bad[1]));
  }
}

function checkParams(slots: readonly Slot[], numbers: Readonly<Record<string, number>>): void {
  const bad = Object.entries(numbers).find(([, value]) => !Number.isFinite(value));
  if (bad !== undefined) throw mismatch(`"${bad[0]}" is no number`, "a finite number", String(bad[1]));
  const count = Object.keys(numbers).filter((path) => path.endsWith(`.${GROUP}`)).length;
  if (count !== slots.length) throw mismatch("the number of parameters differs", String(slots.length), String(count));
  for (const { param, index } of slots) {
    const got = numbers[`${param.name}.${GROUP}`];
    if (got !== index)
      throw mismatch(`parameter "${param.name}" is elsewhere`, `group ${index}`, got === undefined ? "none" : `group ${got}`);
  }
}

/** `<param>.<key>`: keys hold no dot, names may. */
function locate(byName: ReadonlyMap<string, Slot>, path: string): { readonly slot: Slot; readonly key: string } {
  const dot = path.lastIndexOf(".");
  const slot = byName.get(path.slice(0, dot));
  if (slot === undefined) throw mismatch("the state has an unknown parameter", "parameters of this optimizer", path);
  return { slot, key: path.slice(dot + 1) };
}

function checkTensor<V extends { readonly slot: Slot; readonly key: string; readonly value: StoredTensor }>(
  entry: V,
  path: string,
): V & { readonly value: StoredTensor & { readonly data: Float32Array } } {
  const { value, slot } = entry;
  const { data } = value;
  const want = slot.param.value.shape;
  const scalar = value.shape.length === 0;
  if (!scalar && !util.arraysEqual([...value.shape], [...want]))
    throw mismatch(`the shape of "${path}" differs`, `[${want.join(", ")}]`, `[${value.shape.join(", ")}]`);
  const size = util.sizeFromShape([...value.shape]);
  if (!(data instanceof Float32Array) || data.length !== size) {
    throw mismatch(`the values of "${path}" do not fit`, `${size} × F32`, `${data.length} × ${value.dtype}`);
  }
  return { ...entry, value: { ...value, data } };
}

function mismatch(message: string, expected: string, received: string): Error {
  return E_OPTIMIZERS_STATE({ message, expected, received });
}
