import type { DataLoaders, Host } from "@fastap/kernel";
import { EXPORTED, readExported } from "./exported.ts";
import { Learner } from "./learner.ts";
import { readTensorFile } from "./model-file.ts";
import { singleBatch } from "./single-batch.ts";

/**
 * A Learner as `learn.export` wrote it, ready to predict: no code in the file, only registered names, settings and weights. The caller disposes it.
 * @throws E_LEARNER_FILE, E_LEARNER_UNREGISTERED with what to register `@source fastai.learner.load_learner`
 */
export async function loadLearner(host: Host, file: string): Promise<Learner> {
  const { state, metadata } = await readTensorFile(file);
  const { model, lossFunc, optFunc, metrics, preprocessing } = readExported(metadata[EXPORTED], file, host);
  const dls = preprocessing === null ? NO_DATA : await host.registry("datasets").make(preprocessing);
  const learner = new Learner(host, dls, model, { lossFunc, optFunc, metrics });
  try {
    learner.model.loadStateDict(state);
    return learner;
  } catch (error) {
    learner.dispose();
    throw error;
  }
}

const NOTHING = { ...singleBatch([]), length: 0, async *[Symbol.asyncIterator]() {} };
const NO_DATA: DataLoaders = { train: NOTHING, valid: NOTHING, loaders: [NOTHING, NOTHING] };
