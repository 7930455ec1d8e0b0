import type { DataLoaders } from "@fastap/kernel";
import { Normalize, TfmdDL } from "@fastap/plugin-data";
import type { NormalizeStats } from "@fastap/plugin-data";
import { E_VISION_NORMALIZE } from "../errors.ts";

/**
 * Adds Normalize to the batch transforms of all loaders, unless they have one or the images have other channels.
 * @source fastai.vision.learner._add_norm
 * @throws E_VISION_NORMALIZE where the loaders take no batch transforms
 */
export function normalizeBatches(
  dls: DataLoaders,
  stats: NormalizeStats,
  { arch, nIn }: { readonly arch: string; readonly nIn: number },
): void {
  if (stats.mean.length !== nIn) return;
  for (const loader of dls.loaders) {
    if (!(loader instanceof TfmdDL)) throw E_VISION_NORMALIZE({ arch });
    const { afterBatch } = loader.hooks;
    if (afterBatch.find(Normalize) === undefined) afterBatch.add(Normalize.fromStats(stats.mean, stats.std));
  }
}
