import type { LossFunc, Metric, MetricBatch } from "@fastap/kernel";
import { E_METRICS_OPTION } from "./errors.ts";
import type { ResumableMetric } from "./metric.ts";
import { parseOptions } from "./options.ts";

/** Mean loss over the items of a phase. @throws E_METRICS_OPTION @source fastai.learner.AvgLoss */
export function avgLoss(options?: Record<string, never>): Metric {
  parseOptions("avgLoss", {}, options);
  return itemMean("loss", readLoss);
}

/** e to the mean loss. @throws E_METRICS_OPTION @source fastai.metrics.Perplexity */
export function perplexity(options?: Record<string, never>): Metric {
  parseOptions("perplexity", {}, options);
  return itemMean("perplexity", readLoss, Math.exp);
}

/** A number that is read anew at every look: something a callback counts. @source fastai.learner.ValueMetric */
export function valueMetric(name: string, value: () => number | undefined): Metric {
  return { name, reset: () => undefined, accumulate: () => undefined, value };
}

/** A loss with named parts, as `combinedLoss` of plugin losses. */
interface WithParts {
  readonly parts?: ReadonlyMap<string, LossFunc>;
}

/** Mean over the items of one part of a loss; 0 where it has no such part. @source fastai.metrics.LossMetric */
export function lossMetric(lossFunc: LossFunc, attr: string, name: string = attr): Metric {
  const part = (lossFunc as LossFunc & WithParts).parts?.get(attr)?.withReduction("mean");
  return itemMean(name, async ({ pred, yb, engine }) => {
    if (part === undefined) return 0;
    const loss = part.forward(pred, ...yb);
    const [value = NaN] = await engine.read(loss);
    loss.dispose();
    return value;
  });
}

/** One metric per part: `lossMetrics(loss, "focalLossFlat,diceLoss", "focal,dice")`. @throws E_METRICS_OPTION @source fastai.metrics.LossMetrics */
export function lossMetrics(lossFunc: LossFunc, attrs: string | readonly string[], names: string | readonly string[] = attrs): Metric[] {
  const [parts, titles] = [listOf(attrs), listOf(names)];
  if (parts.length !== titles.length) {
    throw E_METRICS_OPTION({
      metric: "lossMetrics",
      problem: `${titles.length} names for ${parts.length} parts`,
      known: ["attrs", "names"],
    });
  }
  return parts.map((attr, i) => lossMetric(lossFunc, attr, titles[i] ?? attr));
}

function listOf(text: string | readonly string[]): readonly string[] {
  return typeof text === "string" ? text.split(",").map((name) => name.trim()) : text;
}

/** An unreduced loss counts as its mean. */
async function readLoss({ loss, engine }: MetricBatch): Promise<number> {
  const values = await engine.read(loss);
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

function itemMean(
  name: string,
  read: (batch: MetricBatch) => Promise<number>,
  finish: (mean: number) => number = (mean) => mean,
): ResumableMetric {
  let [total, count] = [0, 0];
  return {
    name,
    reset: () => {
      [total, count] = [0, 0];
    },
    accumulate: async (batch) => {
      total += (await read(batch)) * batch.size;
      count += batch.size;
    },
    value: () => (count === 0 ? undefined : finish(total / count)),
    state: () => [total, count],
    restore: (state) => {
      [total, count] = state as [number, number];
    },
  };
}
