import type { DataLoaders } from "./data-loaders.ts";
import { TfmdDataLoaders } from "./tfmd-data-loaders.ts";

/** How many outputs a model for these data needs: what the loaders or a transform say, else the number of labels. `@source fastai.data.transforms.get_c` */
export function getC(dls: DataLoaders): number | undefined {
  if (dls.c !== undefined && dls.c !== 0) return dls.c;
  const told = dls instanceof TfmdDataLoaders ? dls.attribute("vocab") : dls.vocab;
  const vocab: unknown = Array.isArray(told) && Array.isArray(told.at(-1)) ? told.at(-1) : told;
  return Array.isArray(vocab) ? vocab.length : undefined;
}
