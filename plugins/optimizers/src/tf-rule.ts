import { Tensor, Variable, variable, type Optimizer } from "@tensorflow/tfjs-core";
import type { ForeignRule } from "./foreign-rule.ts";
import type { ParamState } from "./state.ts";
import type { StepInput } from "./step.ts";

/**
 * An optimizer of TensorFlow.js: `tfRule("tf.train.adam", (lr) => tf.train.adam(lr))`. Every parameter gets one of its own, so that groups
 * can have rates of their own. Only `lr` can be scheduled: the rest is fixed when one is made.
 * @source tf.train
 */
export function tfRule(name: string, make: (lr: number) => Optimizer): ForeignRule {
  const made = new WeakMap<ParamState, Optimizer>();
  const step = (p: StepInput): void => {
    const [lr, known] = [p.hyper("lr"), made.get(p.state)];
    const isCurrent = known !== undefined && slotsOf(known).every(([key, slot]) => p.state.tensors.get(key) === slot);
    const optimizer = isCurrent ? known : restored(make(lr), p);
    made.set(p.state, optimizer);
    setRate(optimizer, lr);
    optimizer.applyGradients([{ name: p.param.name, tensor: p.grad }]);
    for (const [key, slot] of slotsOf(optimizer)) p.state.setTensor(key, slot);
  };
  return { name, hypers: {}, step };
}

/** What tfjs remembers of one variable. */
interface Slot {
  readonly originalName: string;
  readonly variable: Variable;
}

/** Moments are lists of slots, counts variables, and rates tensors: all in fields of the optimizer. */
function slotsOf(optimizer: Optimizer): (readonly [key: string, tensor: Tensor])[] {
  return Object.entries(optimizer).flatMap(([key, field]: [string, unknown]) => {
    if (field instanceof Tensor) return [[key, field] as const];
    const [first]: unknown[] = Array.isArray(field) ? field : [];
    return isSlot(first) ? [[key, first.variable] as const] : [];
  });
}

/** Puts saved state into a new optimizer. */
function restored(optimizer: Optimizer, { state, param }: StepInput): Optimizer {
  const fields = new Map<string, unknown>(Object.entries(optimizer));
  for (const [key, saved] of state.tensors) {
    const field = fields.get(key);
    if (field instanceof Variable) field.assign(saved);
    else if (Array.isArray(field)) field.push({ originalName: `${param.name}/${key}`, variable: variable(saved, false) } satisfies Slot);
  }
  return optimizer;
}

function isSlot(value: unknown): value is Slot {
  return typeof value === "object" && value !== null && "variable" in value && value.variable instanceof Variable;
}

/** Some compute with a tensor of the rate, which their setter replaces; the others read the field. */
function setRate(optimizer: Optimizer & { setLearningRate?(lr: number): void }, lr: number): void {
  if (optimizer.setLearningRate === undefined) Object.assign(optimizer, { learningRate: lr });
  else optimizer.setLearningRate(lr);
}
