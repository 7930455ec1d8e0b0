import type { Run } from "@fastap/kernel";
import { DataLoader } from "../data-loader.ts";

/** Ends the threads of the loaders that a run has used, when it is over. */
export function closeWorkers(run: Run): void {
  const used = new Set<DataLoader>();
  const note = (): void => {
    if (run.dl instanceof DataLoader) used.add(run.dl);
  };
  run.hooks.beforeTrain.tap("data/workers", note);
  run.hooks.beforeValidate.tap("data/workers", note);
  run.hooks.settled.tapPromise("data/workers", async () => {
    for (const loader of used) await loader.close();
  });
}
