import type { Learner, Recorder } from "@fastap/plugin-learner";
import { E_SCHEDULERS_LR_RANGE } from "./errors.ts";
import { plotLrFind } from "./lr-find-plot.ts";
import { endAtNaN, lrFinder, type LrFinderOptions } from "./lr-finder.ts";
import { minimum, slide, steep, valley, type LrSuggestion, type SuggestLr } from "./lr-suggestions.ts";
import type { Level } from "./sched.ts";
import { withoutTrace } from "./without-trace.ts";

export interface LrFindOptions extends Partial<LrFinderOptions> {
  /** By the name they get in `suggestions`; default valley. */
  readonly suggest?: Readonly<Record<string, SuggestLr>> | readonly SuggestionName[];
}

export type SuggestionName = "valley" | "slide" | "minimum" | "steep";

export interface LrFindResult {
  /** Of each batch. */
  readonly lrs: readonly number[];
  /** Smoothed, of each batch. */
  readonly losses: readonly number[];
  /** Learning rates by name; one for which the curve is too short, or falls nowhere, is left out with a warning. */
  readonly suggestions: Readonly<Record<string, number>>;
  /** Losses over learning rates with the suggestions, as an SVG document. */
  plot(): string;
}

/** fastai's. */
export const SUGGESTIONS: Readonly<Record<SuggestionName, SuggestLr>> = { valley, slide: slide(), minimum, steep };
const [FEWEST, TAIL] = [6, 5];

/**
 * Trains with a learning rate that rises from batch to batch, and reads good ones from the losses. Afterwards weights, optimizer, random numbers,
 * order of the data and record are as before. `@throws E_SCHEDULERS_LR_RANGE` `@source fastai.callback.schedule.lr_find`
 */
export async function lrFind(learner: Learner, options: LrFindOptions = {}): Promise<LrFindResult> {
  const { startLr = 1e-7, endLr = 10, stopDiv = true, suggest = ["valley"] } = options;
  const numIt = Math.max(options.numIt ?? 100, FEWEST);
  if (!rises(startLr, endLr)) throw E_SCHEDULERS_LR_RANGE({ startLr, endLr });
  const nEpoch = Math.floor(numIt / learner.dls.train.length) + 1;
  const recorder = await withoutTrace(learner, async () => {
    const cbs = [endAtNaN(), lrFinder({ startLr, endLr, numIt, stopDiv })];
    await learner.fit(nEpoch, startLr, { cbs, probe: true });
    return learner.recorder;
  });
  return resultOf(recorder, numIt, named(suggest));
}

/** From above 0 to a finite rate further up, in every group. */
function rises(start: Level, end: Level): boolean {
  const size = Math.max(...[start, end].map((level) => (typeof level === "number" ? 1 : level.length)));
  const at = (level: Level, i: number): number => (typeof level === "number" ? level : (level[i] ?? NaN));
  return Array.from({ length: size }, (_, i) => [at(start, i), at(end, i)] as const).every(
    ([s, e]) => s > 0 && e > s && Number.isFinite(e),
  );
}

function resultOf(recorder: Recorder | undefined, numIt: number, suggest: Readonly<Record<string, SuggestLr>>): LrFindResult {
  const [lrs, losses] = [[...(recorder?.lrs ?? [])], [...(recorder?.losses ?? [])]];
  const [from, to] = [Math.floor(numIt / 10), Math.max(losses.length - TAIL, 0)];
  const found = Object.entries(suggest).flatMap(([name, f]): [string, LrSuggestion][] => {
    const suggestion = to - from < 2 ? undefined : f(lrs.slice(from, to), losses.slice(from, to));
    return suggestion === undefined ? [] : [[name, suggestion]];
  });
  const missing = Object.keys(suggest).filter((name) => !found.some(([other]) => other === name));
  if (missing.length > 0) {
    console.warn(
      `lrFind: no suggestion by ${missing.join(", ")}, as the curve of ${losses.length} losses is too short or falls nowhere; try a larger numIt`,
    );
  }
  const suggestions = Object.fromEntries(found.map(([name, { lr }]) => [name, lr]));
  return { lrs, losses, suggestions, plot: () => plotLrFind(lrs.slice(0, to), losses.slice(0, to), new Map(found)) };
}

function named(suggest: Exclude<LrFindOptions["suggest"], undefined>): Readonly<Record<string, SuggestLr>> {
  if (!isNames(suggest)) return suggest;
  return Object.fromEntries(suggest.map((name) => [name, SUGGESTIONS[name]]));
}

function isNames(suggest: Exclude<LrFindOptions["suggest"], undefined>): suggest is readonly SuggestionName[] {
  return Array.isArray(suggest);
}
