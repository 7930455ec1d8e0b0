import type { Host } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";

/** A Learner of two groups whose training costs nothing. */
export function tinyLearner(host: Host): Learner {
  const set = new ArrayDataset([
    { data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)), shape: [2] },
    { data: Int32Array.from({ length: 16 }, (_, i) => i % 2), shape: [] },
  ]);
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const dls = DataLoaders.fromDatasets([set, set], { ...services, bs: 4, lossFunc: "crossEntropy" });
  return createLearner(host, dls, ["mlp", { sizes: [2, 4, 2] }], {
    splitter: (model) => [model.parameters().slice(0, 2), model.parameters().slice(2)],
  });
}

type Fit = (learn: Learner, options: object) => Promise<unknown>;

/** How each is called with options alone; all train a few batches. */
export const FITS: Readonly<Record<string, Fit>> = {
  fit: (learn, options) => learn.fit(2, undefined, options),
  fit_one_cycle: (learn, options) => learn.fitOneCycle(2, 0.01, options),
  fit_flat_cos: (learn, options) => learn.fitFlatCos(2, 0.01, options),
  fit_sgdr: (learn, options) => learn.fitSgdr(2, 1, 0.01, options),
  fine_tune: (learn, options) => learn.fineTune(2, options),
  lr_find: async (learn, options) => (await learn.lrFind(options)).lrs,
};

/** The schedule that comes of it. */
export async function scheduleOf(host: Host, fit: Fit, options: object): Promise<unknown> {
  const learn = tinyLearner(host);
  try {
    const given = await fit(learn, options);
    const { lrs, moms, iters } = learn.recorder ?? {};
    return { lrs, moms, iters, given };
  } finally {
    learn.dispose();
  }
}
