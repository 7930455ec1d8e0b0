import type { Callback, Run } from "@fastap/kernel";
import { flattenModel, inspectable, kindOf, type InspectModule } from "./module.ts";

/** Leaves dropout on while validating and predicting, so that repeated predictions differ. @source fastai.callback.preds.MCDropoutCallback */
export function mcDropout(): Callback {
  return {
    name: "mcDropout",
    beforeValidate: (run) => setDropout(run, true),
    afterValidate: (run) => setDropout(run, false),
    afterCancelValidate: (run) => setDropout(run, false),
  };
}

function setDropout({ model }: Run, on: boolean): void {
  for (const module of flattenModel(inspectable(model)).filter(isDropout)) module.train(on);
}

/** By the name of its class, as fastai has it: that fits layers of one's own. */
function isDropout(module: InspectModule): boolean {
  return kindOf(module).toLowerCase().includes("dropout");
}
