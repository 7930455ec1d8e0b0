import type { MetricBatch } from "@fastap/kernel";
import { argMaxRows } from "./decide.ts";
import { E_METRICS_SHAPE } from "./errors.ts";
import { axisOf, onePair, type ResumableMetric } from "./metric.ts";
import { parseOptions } from "./options.ts";
import { readRows, type Rows } from "./rows.ts";

export interface CorpusBleuOptions {
  /** Kept for fastai's signature: n-grams are compared exactly, whatever the vocabulary's size. Default 5000. */
  readonly vocabSz?: number;
  /** Of the vocabulary, in predictions. Default −1. */
  readonly axis?: number;
}

interface Counts {
  predicted: number;
  actual: number;
  /** By length of the n-gram, 1…4. */
  readonly right: number[];
  readonly all: number[];
}

/** BLEU of a corpus, of n-grams up to 4, smoothed per sample. @throws E_METRICS_OPTION @source fastai.metrics.CorpusBLEUMetric, Papineni et al. 2002 */
export function corpusBLEUMetric(options?: CorpusBleuOptions): ResumableMetric {
  const name = "corpus_bleu";
  const { axis } = parseOptions<Required<CorpusBleuOptions>>("corpusBLEUMetric", { vocabSz: 5000, axis: -1 }, options);
  let counts = noCounts();
  return {
    name,
    reset: () => {
      counts = noCounts();
    },
    accumulate: async ({ pred, yb, engine }: MetricBatch) => {
      const [p, t] = onePair(name, pred, yb);
      const preds = await readRows(engine, p);
      const decided = argMaxRows(preds, axisOf(name, axis, preds));
      const targs = await readRows(engine, t);
      if (decided.shape[0] !== targs.shape[0] || targs.shape.length !== 2) {
        throw E_METRICS_SHAPE({
          metric: name,
          expected: "predictions [items, length, words], targets [items, length]",
          preds: p.shape,
          targs: t.shape,
        });
      }
      for (let i = 0; i < (targs.shape[0] ?? 0); i++) addSample(counts, sequence(decided, i), sequence(targs, i));
    },
    value: () => (counts.all.every((n) => n === 0) ? undefined : bleu(counts)),
    state: () => copied(counts),
    restore: (state) => {
      counts = copied(state as Counts);
    },
  };
}

function noCounts(): Counts {
  return { predicted: 0, actual: 0, right: [0, 0, 0, 0], all: [0, 0, 0, 0] };
}

function copied({ right, all, ...lengths }: Counts): Counts {
  return { ...lengths, right: [...right], all: [...all] };
}

function sequence({ data, shape }: Rows, item: number): readonly number[] {
  const length = shape[1] ?? 0;
  return Array.from(data.subarray(item * length, (item + 1) * length));
}

/** A length without any match counts as 1/2, 1/4 … of one, by how many there are in the sample so far. */
function addSample(counts: Counts, pred: readonly number[], targ: readonly number[]): void {
  counts.predicted += pred.length;
  counts.actual += targ.length;
  let factor = 1;
  for (let n = 1; n <= 4; n++) {
    const [mine, theirs] = [grams(pred, n), grams(targ, n)];
    let right = 0;
    for (const [gram, count] of mine) right += Math.min(count, theirs.get(gram) ?? 0);
    if (right === 0) {
      factor *= 2;
      right = 1 / factor;
    }
    counts.right[n - 1] = (counts.right[n - 1] ?? 0) + right;
    counts.all[n - 1] = (counts.all[n - 1] ?? 0) + Math.max(0, pred.length - n + 1);
  }
}

function grams(sequence: readonly number[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= sequence.length; i++) {
    const gram = sequence.slice(i, i + n).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function bleu({ predicted, actual, right, all }: Counts): number {
  const precision = right.reduce((product, count, i) => product * (count / (all[i] ?? 1)), 1);
  const brevity = predicted < actual ? Math.exp(1 - actual / predicted) : 1;
  return brevity * precision ** 0.25;
}
