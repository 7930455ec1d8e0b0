import type { Loader } from "@fastap/kernel";
import { Displays, resultsFigure, type Figure, type SheetOptions } from "@fastap/plugin-display";
import { decodedResults, showableLoader } from "./decoded-results.ts";
import { E_LEARNER_LOADER } from "./errors.ts";
import type { Learner } from "./learner.ts";
import { singleBatch } from "./single-batch.ts";

export interface ShowResultsOptions extends SheetOptions {
  /** Which of the loaders; default 1, the validation data. */
  readonly dsIdx?: number;
  /** Another loader instead. */
  readonly dl?: Loader;
  /** Samples at most; default 9, or 6 where target and prediction are side by side. */
  readonly maxN?: number;
  /** Samples drawn at random; default true. */
  readonly shuffle?: boolean;
}

/** @throws E_LEARNER_LOADER, E_LEARNER_NOT_SHOWABLE, E_DISPLAY_MISSING */
export async function showResults(learner: Learner, options: ShowResultsOptions = {}): Promise<Figure> {
  const { dsIdx = 1, dl = learner.dls.loaders[dsIdx], shuffle = true, ...sheet } = options;
  if (dl === undefined) throw E_LEARNER_LOADER({ dsIdx, count: learner.dls.loaders.length });
  const loader = showableLoader(dl);
  const batch = await loader.new({ shuffle, dropLast: false, bs: sheet.maxN ?? MOST }).oneBatch();
  const preds = await learner.getPreds({ dl: singleBatch(batch, loader.nInp), withInput: true, withDecoded: true });
  const displays = new Displays(learner.host.registry("displays"));
  return resultsFigure(displays, await decodedResults(learner, { loader, preds, displays }), sheet);
}

const MOST = 9;
