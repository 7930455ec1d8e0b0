import type { Callback } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import type { Sched } from "./sched.ts";

/** Shares of a fit at which a schedule is told from another. */
const SAMPLES: readonly number[] = [0, 0.1, 0.3, 0.6, 0.99];

/** Sets hypers before every training batch, and records those of the last group. `@source fastai.callback.schedule.ParamScheduler` */
export function paramScheduler(scheds: Readonly<Record<string, Sched>>): Callback {
  return {
    name: "paramScheduler",
    stage: "report",
    runValid: false,
    recipe: Object.fromEntries(Object.entries(scheds).map(([name, sched]) => [name, SAMPLES.map((pct) => sched(pct))])),
    beforeBatch({ opt, pctTrain }) {
      for (const [name, sched] of Object.entries(scheds)) opt?.setHyper(name, sched(pctTrain));
    },
    afterBatch({ opt, recorder }) {
      const hypers = opt?.groups.at(-1)?.hypers ?? {};
      if (recorder === undefined) return;
      for (const name of Object.keys(scheds)) (recorder.hps[name] ??= []).push(hypers[name] ?? NaN);
    },
  };
}
