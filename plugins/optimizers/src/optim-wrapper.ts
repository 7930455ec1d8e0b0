import type { OptFunc } from "@fastap/kernel";
import { flatHypers, TORCH_HYPERS, type ForeignRule } from "./foreign-rule.ts";
import { optFunc } from "./recipe.ts";
import type { StepInput } from "./step.ts";

export interface OptimWrapperOptions {
  /** Our name of a hyper by the library's; others keep their names. Default: PyTorch's. */
  readonly hpMap?: Readonly<Record<string, string>>;
}

/**
 * Another library's update rule as an optimizer of ours: groups, schedules of its hypers under fastai's names, freezing and saved state.
 * Weight decay is the rule's own affair: it decays what it decays there, norm parameters and biases too.
 * @source fastai.optimizer.OptimWrapper
 */
export function optimWrapper(rule: ForeignRule, { hpMap = TORCH_HYPERS }: OptimWrapperOptions = {}): OptFunc {
  const ours = (name: string): string => hpMap[name] ?? name;
  const hypers = Object.fromEntries(Object.entries(flatHypers(rule.hypers)).map(([name, value]) => [ours(name), value]));
  const step = (p: StepInput): void => rule.step({ ...p, hyper: (name) => p.hyper(ours(name)) });
  return optFunc({ name: rule.name, hypers, steps: [step] });
}
