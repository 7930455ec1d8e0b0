import type { Loader, Tensor } from "@fastap/kernel";

/** A loader of one batch, which the run that iterates disposes. `nInp` as in {@link Loader}. */
export function singleBatch(batch: readonly Tensor[], nInp?: number): Loader {
  return {
    length: 1,
    ...(nInp === undefined ? {} : { nInp }),
    async *[Symbol.asyncIterator]() {
      yield batch;
    },
  };
}
