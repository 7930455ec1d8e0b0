import { isFastapError, Stage, type Run } from "@fastap/kernel";

/** What every backend's error of no memory left ends with. */
const OUT_OF_MEMORY = /_MEMORY$/;

/** A backend that is out of memory names the tensor; this adds the size of the batch that it was for, and a smaller one. */
export function hintAtBatchSize({ hooks }: Run): void {
  let size: number | undefined;
  hooks.beforeBatch.tap({ name: "learner/batchSize", stage: Stage.setup }, ({ xb }) => {
    size = xb[0]?.shape[0];
  });
  hooks.failed.tap("learner/batchSize", (error) => {
    if (!isFastapError(error) || !OUT_OF_MEMORY.test(error.code) || size === undefined || size < 2) return;
    error.message += `\n  the batch size is ${size}: try bs ${Math.floor(size / 2)}`;
  });
}
