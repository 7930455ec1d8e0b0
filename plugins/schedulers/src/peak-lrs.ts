import type { HyperValue } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";

/** The learning rate of every group: slices are spread before a schedule runs on them. */
export function peakLrs(learner: Learner, lr: HyperValue = learner.lr): readonly number[] {
  const opt = learner.opt ?? learner.createOpt();
  opt.setHyper("lr", lr);
  return opt.groups.map(({ hypers }) => hypers["lr"] ?? 0);
}
