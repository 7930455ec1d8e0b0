import type { Callback, Run } from "@fastap/kernel";

/** Lets a model forget what it remembers (`reset()`) before each phase and after the fit. `@source fastai.callback.rnn.ModelResetter` */
export function modelResetter(): Callback {
  return { name: "modelResetter", beforeTrain: reset, beforeValidate: reset, afterFit: reset };
}

function reset({ model }: Run): void {
  if ("reset" in model && typeof model.reset === "function") model.reset();
}
