import { Stage, type Metric, type MetricBatch, type Run } from "@fastap/kernel";

/** A metric that can be tried on a batch, and is afterwards as it was. */
interface TriableMetric extends Metric {
  /** Throws where predictions and targets of this kind are none of its. */
  tryOn(batch: MetricBatch): Promise<void>;
}

/**
 * Shows the first training batch to the metrics before the first step, so that one that does not fit the data is refused before anything is
 * trained. Not where a callback has put other targets into the batch.
 */
export function tryMetrics({ hooks, learner, probe }: Run): void {
  const metrics = learner?.metrics.filter(isTriable) ?? [];
  if (metrics.length === 0 || probe === true) return;
  const name = "learner/metrics";
  let given: Run["yb"] | undefined;
  hooks.beforeBatch.tap({ name, stage: Stage.setup - 99 }, ({ yb }) => {
    given = yb;
  });
  hooks.afterBackward.tapPromise({ name, stage: Stage.setup }, async ({ trainIter, pred, yb, loss, engine }) => {
    const [targ] = yb;
    if (trainIter > 0 || yb !== given || targ === undefined || pred === undefined || loss === undefined) return;
    for (const metric of metrics) await metric.tryOn({ pred, yb, loss, size: targ.shape[0] ?? 1, engine });
  });
}

function isTriable(metric: Metric): metric is TriableMetric {
  return "tryOn" in metric && typeof metric.tryOn === "function";
}
