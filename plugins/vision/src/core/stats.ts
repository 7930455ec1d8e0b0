import type { NormalizeStats } from "@fastap/plugin-data";

/** Of the channels of well-known data, for `Normalize`. `@source fastai.vision.core` */
export const imagenetStats: NormalizeStats = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
export const cifarStats: NormalizeStats = { mean: [0.491, 0.482, 0.447], std: [0.247, 0.243, 0.261] };
export const mnistStats: NormalizeStats = { mean: [0.131], std: [0.308] };
