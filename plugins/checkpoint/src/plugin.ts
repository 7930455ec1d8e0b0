import { resolve } from "node:path";
import { definePlugin, type Host, type Plugin, type Run } from "@fastap/kernel";
import { DEFAULTS, parseOptions } from "./options.ts";
import { recipeOf, type Recipe } from "./recipe.ts";
import { Resume } from "./resume.ts";
import { FIRST, Saver } from "./saver.ts";
import { endOnSignals } from "./signals.ts";
import { CheckpointStore } from "./store.ts";

/** Saves fits and goes on with them, bit by bit. */
export const checkpoint: Plugin<"checkpoint"> = definePlugin({
  meta: {
    name: "checkpoint",
    version: "0.1.0",
    kernel: "^0.1.0",
    provides: ["checkpoints"],
    requires: ["engine", "random"],
    after: ["learner"],
    writes: ["run.epoch", "run.iter", "run.trainIter", "run.pctTrain", "run.resumed"],
  },
  parseOptions,
  apply(host, raw) {
    const options = { ...DEFAULTS, ...raw };
    const store = new CheckpointStore(resolve(host.config.root ?? ".", options.dir));
    const finished = new WeakMap<object, number>();
    let active: Saver | undefined;
    host.provide("checkpoints", () => ({ list: () => store.list() }));
    host.hooks.run.tap("checkpoint", (run) => {
      if (run.kind !== "fit" || isTrial(run)) return;
      const owner = run.learner ?? run.model;
      const fit = finished.get(owner) ?? 0;
      const recipe = recipeAtStart(run);
      const saver = new Saver(run, store, options, fit, recipe);
      if (isAskedFor(run.resume)) new Resume(store, pathIn(host, run.resume), fit, recipe).tap(run);
      saver.tap();
      run.hooks.beforeFit.tap("checkpoint", () => {
        active = saver;
      });
      run.hooks.afterFit.tap("checkpoint", () => {
        finished.set(owner, fit + 1);
      });
      run.hooks.settled.tap("checkpoint", () => {
        active = undefined;
      });
      if (options.signals) endOnSignals(run, saver);
    });
    host.hooks.shutdown.tapPromise("checkpoint", async () => active?.stop());
  },
});

/** Later, schedules have changed hypers. */
function recipeAtStart(run: Run): () => Recipe {
  let recipe: Recipe = {};
  run.hooks.beforeFit.tap({ name: "checkpoint/recipe", stage: FIRST }, () => {
    recipe = recipeOf(run);
  });
  return () => recipe;
}

/** The learning rate finder's fit is thrown away; so are its checkpoints. */
function isTrial({ cbs = [], probe }: Run): boolean {
  return probe === true || cbs.some(({ name }) => /^lrFind(er)?$/.test(name));
}

function isAskedFor(resume: boolean | string | undefined): resume is true | string {
  return resume !== undefined && resume !== false;
}

function pathIn(host: Host, resume: true | string): string | undefined {
  return resume === true ? undefined : resolve(host.config.root ?? ".", resume);
}
