import type { Callback } from "@fastap/kernel";
import type { Preds } from "./gather-preds.ts";
import type { PredsOptions } from "./run-options.ts";

/** A callback with the predictions of the last epoch. */
export interface FetchPreds extends Callback {
  preds: Preds | undefined;
}

/** Predicts after every validation, with the options of `getPreds`; trackers stay out of it. `@source fastai.callback.core.FetchPredsCallback` */
export function fetchPreds(options: Omit<PredsOptions, "parent"> = {}): FetchPreds {
  return {
    name: "fetchPreds",
    preds: undefined,
    active: ({ kind, probe }) => kind === "fit" && probe !== true, // not in the run it starts itself
    async afterValidate(run) {
      this.preds = await run.learner?.getPreds({ ...options, parent: run });
    },
  };
}
