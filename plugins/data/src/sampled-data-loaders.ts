import type { Datasets } from "./datasets.ts";
import { partialSampler, weightedSampler } from "./sampler.ts";
import { TfmdDataLoaders } from "./tfmd-data-loaders.ts";
import type { TfmdDataLoadersOptions } from "./tfmd-data-loaders.ts";

type Options = Omit<TfmdDataLoadersOptions, "sampler">;

/**
 * Training items drawn with replacement by `wgts`, one for each training item, as many as there are. Validation is as ever.
 * @throws E_DATA_OPTION
 * @source fastai.callback.data Datasets.weighted_dataloaders
 */
export async function weightedDataLoaders(dsets: Datasets, wgts: ArrayLike<number>, options: Options): Promise<TfmdDataLoaders> {
  return TfmdDataLoaders.create(dsets, { ...options, sampler: weightedSampler(wgts) });
}

/**
 * `partialN` training items in each epoch, other ones in each. Validation is as ever.
 * @throws E_DATA_OPTION
 * @source fastai.callback.data FilteredBase.partial_dataloaders
 */
export async function partialDataLoaders(dsets: Datasets, partialN: number, options: Options): Promise<TfmdDataLoaders> {
  return TfmdDataLoaders.create(dsets, { ...options, sampler: partialSampler(partialN) });
}
