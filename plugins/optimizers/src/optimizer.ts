import type { Grads, Hypers, HyperValue, Optimizer, OptimizerOptions, OptimizerState, Param, ParamGroup } from "@fastap/kernel";
import { tidy, util, Variable, type Tensor } from "@tensorflow/tfjs-core";
import { E_OPTIMIZERS_FREEZE, E_OPTIMIZERS_GRAD, E_OPTIMIZERS_HYPER_UNKNOWN, E_OPTIMIZERS_PARAMS } from "./errors.ts";
import { resolveHyper } from "./hypers.ts";
import type { Recipe } from "./recipe.ts";
import { ParamState } from "./state.ts";
import { readState, restoreState, type Slot } from "./state-dict.ts";
import { runSteps, type StepInput } from "./step.ts";

/**
 * Parameter groups, a recipe's steps, and per-parameter state. Owns the state, not the parameters.
 * @source fastai.optimizer.Optimizer
 */
export class StepOptimizer implements Optimizer {
  readonly name: string;
  readonly groups: readonly ParamGroup[];
  readonly #recipe: Recipe;
  readonly #slots: readonly Slot[];
  readonly #trainBn: boolean;
  /** By slot, made at its first step: every parameter passes here at every step, and few of them are large. */
  readonly #inputs: StepInput[] = [];
  #frozenIdx = 0;

  /** @throws E_OPTIMIZERS_PARAMS on no group, a repeated name or a value that is no variable */
  constructor(recipe: Recipe, groups: readonly (readonly Param[])[], { lr, wdBnBias = false, trainBn = true }: OptimizerOptions) {
    checkParams(groups);
    this.name = recipe.name;
    this.#recipe = recipe;
    this.#trainBn = trainBn;
    const hypers: readonly Hypers[] = groups.map(() => ({ ...recipe.hypers, lr: 0 }));
    this.groups = groups.map((params, i) => ({ params, hypers: hypers[i] ?? {} }));
    this.#slots = this.groups.flatMap((group, index) =>
      group.params.map((param) => ({ param, group, index, doWd: wdBnBias || !(param.isNorm || param.isBias), state: new ParamState() })),
    );
    this.setHyper("lr", lr);
  }

  get frozenIdx(): number {
    return this.#frozenIdx;
  }

  /** @throws E_OPTIMIZERS_HYPER_UNKNOWN, E_OPTIMIZERS_HYPER_COUNT, E_OPTIMIZERS_HYPER_VALUE */
  setHyper(name: string, value: HyperValue): void {
    const known = ["lr", ...Object.keys(this.#recipe.hypers)];
    if (!known.includes(name)) throw E_OPTIMIZERS_HYPER_UNKNOWN({ optimizer: this.name, name, known });
    const values = resolveHyper(name, value, this.groups.length);
    for (const [i, group] of this.groups.entries()) group.hypers[name] = values[i] ?? 0;
  }

  /** @throws E_OPTIMIZERS_GRAD before any parameter has moved */
  step(grads: Grads): void {
    const due: StepInput[] = [];
    this.#slots.forEach((slot, i) => {
      const grad = slot.param.trainable ? grads.get(slot.param.name) : undefined;
      if (grad !== undefined) due.push(this.#due(i, slot, grad));
    });
    const { steps, fused } = this.#recipe;
    if (fused === undefined) runSteps(steps, due);
    else tidy(() => fused(due));
  }

  zeroGrad(grads: Grads): void {
    for (const grad of grads.values()) grad.dispose();
    grads.clear();
  }

  /** @throws E_OPTIMIZERS_FREEZE */
  freezeTo(n: number): void {
    const k = this.groups.length;
    if (!Number.isInteger(n) || n < -k) throw E_OPTIMIZERS_FREEZE({ n, groups: k });
    this.#frozenIdx = n >= 0 ? n : k + n;
    for (const { param, index } of this.#slots) param.trainable = index >= this.#frozenIdx || (param.isNorm && this.#trainBn);
  }

  clearState(): void {
    for (const { state } of this.#slots) state.clear();
  }

  stateDict(): Promise<OptimizerState> {
    return readState(this.groups, this.#slots);
  }

  /** All or nothing. @throws E_OPTIMIZERS_STATE */
  loadStateDict(state: OptimizerState): void {
    restoreState(this.groups, this.#slots, state);
  }

  dispose(): void {
    this.clearState();
  }

  #due(i: number, { param, group, state, doWd }: Slot, grad: Tensor): StepInput {
    const { value } = param;
    if (!util.arraysEqual(value.shape, grad.shape)) {
      throw E_OPTIMIZERS_GRAD({ param: param.name, expected: `shape [${value.shape.join(", ")}]`, received: `[${grad.shape.join(", ")}]` });
    }
    const before = this.#inputs[i];
    if (before?.param === value) {
      before.grad = grad;
      return before;
    }
    const hyper = (name: string): number => {
      const found = group.hypers[name];
      if (found === undefined) throw E_OPTIMIZERS_HYPER_UNKNOWN({ optimizer: this.name, name, known: Object.keys(group.hypers) });
      return found;
    };
    const made: StepInput = { param: variableOf(param), grad, state, doWd, hyper, knows: (name) => name in group.hypers };
    this.#inputs[i] = made;
    return made;
  }
}

function checkParams(groups: readonly (readonly Param[])[]): void {
  if (groups.length === 0) {
    throw E_OPTIMIZERS_PARAMS({ message: "an optimizer needs parameters", expected: "at least one group", received: "none" });
  }
  const seen = new Set<string>();
  for (const param of groups.flat()) {
    if (seen.has(param.name)) {
      throw E_OPTIMIZERS_PARAMS({ message: "two parameters have one name", expected: "unique names", received: `"${param.name}" twice` });
    }
    seen.add(param.name);
    variableOf(param);
  }
}

function variableOf({ name, value }: Param): Variable {
  if (value instanceof Variable) return value;
  throw E_OPTIMIZERS_PARAMS({
    message: `parameter "${name}" cannot be assigned to`,
    expected: "a tf.Variable",
    received: "a plain tensor",
  });
}
