import type { Hypers } from "@fastap/kernel";
import type { StepInput } from "./step.ts";

/** What another library lets one set, by its own names; a tuple is a list. */
export type ForeignHypers = Readonly<Record<string, number | readonly number[]>>;

/** The update rule of another library's optimizer: what it does to one parameter. The learning rate is `lr`. */
export interface ForeignRule {
  readonly name: string;
  /** Defaults by the library's names, without `lr`. */
  readonly hypers: ForeignHypers;
  /** As a step of ours, but that `p.hyper` takes the library's names: `momentum`, `betas__0`. */
  readonly step: (p: StepInput) => void;
}

/** fastai's names of hypers by those of PyTorch. `@source fastai.optimizer.pytorch_hp_map` */
export const TORCH_HYPERS: Readonly<Record<string, string>> = Object.freeze({
  momentum: "mom",
  weight_decay: "wd",
  alpha: "sqrMom",
  betas__0: "mom",
  betas__1: "sqrMom",
});

/** Tuples become `name__0`, `name__1` …. */
export function flatHypers(hypers: ForeignHypers): Hypers {
  return Object.fromEntries(
    Object.entries(hypers).flatMap(([name, value]) =>
      typeof value === "number" ? [[name, value]] : value.map((part, i) => [`${name}__${i}`, part]),
    ),
  );
}
