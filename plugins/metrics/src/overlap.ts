import type { MetricBatch } from "@fastap/kernel";
import { checkClasses } from "./class-ids.ts";
import { argMaxRows } from "./decide.ts";
import { E_METRICS_SHAPE } from "./errors.ts";
import { axisOf, onePair, type ResumableMetric } from "./metric.ts";
import { parseOptions } from "./options.ts";
import { readRows } from "./rows.ts";

export interface OverlapOptions {
  /** Of the classes, in predictions. Default −1 (channels last); PyTorch-shaped data has 1. */
  readonly axis?: number;
}

/** Products and sums of decided and true pixels: per class, or of the class numbers themselves. */
interface Overlap {
  readonly both: Float64Array;
  readonly either: Float64Array;
}

/** 2I/U of class numbers, meaningful for 0 and 1. @throws E_METRICS_OPTION @source fastai.metrics.Dice */
export function dice(options?: OverlapOptions): ResumableMetric {
  return overlapMetric(
    "dice",
    "dice",
    options,
    ofNumbers((both, either) => (2 * both) / either),
  );
}

/** I/(U − I) of class numbers, meaningful for 0 and 1. @throws E_METRICS_OPTION @source fastai.metrics.JaccardCoeff */
export function jaccardCoeff(options?: OverlapOptions): ResumableMetric {
  return overlapMetric(
    "jaccardCoeff",
    "jaccard_coeff",
    options,
    ofNumbers((both, either) => both / (either - both)),
  );
}

/** Mean of 2I/U over the classes that occur, background included. @throws E_METRICS_OPTION @source fastai.metrics.DiceMulti */
export function diceMulti(options?: OverlapOptions): ResumableMetric {
  return overlapMetric(
    "diceMulti",
    "dice_multi",
    options,
    ofClasses((both, either) => (2 * both) / either),
  );
}

/** Mean of I/(U − I) over the classes that occur. @throws E_METRICS_OPTION @source fastai.metrics.JaccardCoeffMulti */
export function jaccardCoeffMulti(options?: OverlapOptions): ResumableMetric {
  return overlapMetric(
    "jaccardCoeffMulti",
    "jaccard_coeff_multi",
    options,
    ofClasses((both, either) => both / (either - both)),
  );
}

/** What a metric makes of the overlaps by class; undefined where there is nothing. */
type Finish = (overlap: Overlap) => number | undefined;
type PartScore = (both: number, either: number) => number;

/** Classes weigh as their numbers do: I = Σ p·t, U = Σ (p + t). */
function ofNumbers(score: PartScore): Finish {
  return ({ both, either }) => {
    const [i, u] = [both.at(-1) ?? 0, either.at(-1) ?? 0];
    return u === 0 ? undefined : score(i, u);
  };
}

function ofClasses(score: PartScore): Finish {
  return ({ both, either }) => {
    const seen = [...either.keys()].filter((c) => c < either.length - 1 && (either[c] ?? 0) > 0);
    return seen.length === 0 ? undefined : seen.reduce((total, c) => total + score(both[c] ?? 0, either[c] ?? 0), 0) / seen.length;
  };
}

/** One more place than classes: the last holds the sums over class numbers. */
function overlapMetric(metric: string, name: string, options: OverlapOptions | undefined, finish: Finish): ResumableMetric {
  const { axis } = parseOptions<Required<OverlapOptions>>(metric, { axis: -1 }, options);
  let overlap: Overlap | undefined;
  return {
    name,
    reset: () => {
      overlap = undefined;
    },
    accumulate: async ({ pred, yb, engine }: MetricBatch) => {
      const [predTensor, targTensor] = onePair(name, pred, yb);
      const [p, t] = [await readRows(engine, predTensor), await readRows(engine, targTensor)];
      const at = axisOf(name, axis, p);
      const decided = argMaxRows(p, at).data;
      if (decided.length !== t.data.length) {
        throw E_METRICS_SHAPE({ metric: name, expected: `${decided.length} targets, one per decision`, preds: p.shape, targs: t.shape });
      }
      checkClasses(name, p, t, at);
      const size = (p.shape[at] ?? 0) + 1;
      overlap ??= { both: new Float64Array(size), either: new Float64Array(size) };
      addOverlap(overlap, decided, t.data);
    },
    value: () => (overlap === undefined ? undefined : finish(overlap)),
    state: () => overlap && copied(overlap),
    restore: (state) => {
      const kept = state as Overlap | undefined;
      overlap = kept && copied(kept);
    },
  };
}

function copied({ both, either }: Overlap): Overlap {
  return { both: both.slice(), either: either.slice() };
}

function addOverlap({ both, either }: Overlap, decided: ArrayLike<number>, truth: ArrayLike<number>): void {
  const last = both.length - 1;
  const add = (sums: Float64Array, at: number, value: number): void => {
    sums[at] = (sums[at] ?? 0) + value;
  };
  for (let i = 0; i < decided.length; i++) {
    const p = decided[i] ?? 0;
    const t = truth[i] ?? 0;
    add(either, p, 1);
    add(either, t, 1);
    if (p === t) add(both, p, 1);
    add(both, last, p * t);
    add(either, last, p + t);
  }
}
