import { E_METRICS_CLASS } from "./errors.ts";
import type { Rows } from "./rows.ts";

/** Targets must be numbers of classes that the predictions have. @throws E_METRICS_CLASS */
export function checkClasses(metric: string, pred: Rows, targ: Rows, axis: number): void {
  const classes = pred.shape[axis] ?? 0;
  const { data } = targ;
  for (let i = 0; i < data.length; i++) {
    const id = data[i] ?? 0;
    if (id >= 0 && id < classes && Number.isInteger(id)) continue;
    throw E_METRICS_CLASS({ metric, id, item: i, classes, preds: pred.shape, targs: targ.shape });
  }
}
