import type { Learner } from "./learner.ts";

/** A method that a plugin gives to every Learner; the entry's name is the method's. */
export interface LearnerMethod {
  bind(learner: Learner): (...args: never[]) => unknown;
  /** Runs it with the options of a config's `task.fit`; without it, a task cannot name the method. */
  fromConfig?(learner: Learner, options: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Methods by name; plugins merge theirs in, so that `learn.fitOneCycle` is typed where its plugin is imported. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by declaration merging
export interface LearnerMethods {}

/** Where to find methods that a composition lacks. */
export const METHOD_PLUGINS: Readonly<Record<string, string>> = Object.freeze({
  fitOneCycle: "schedulers",
  fitFlatCos: "schedulers",
  fitSgdr: "schedulers",
  fineTune: "schedulers",
  lrFind: "schedulers",
  summary: "inspect",
});
