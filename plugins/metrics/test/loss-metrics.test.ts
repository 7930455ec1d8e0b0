import { countTensors } from "@fastap/contract";
import "@tensorflow/tfjs-backend-cpu";
import type { LossFunc, Metric, MetricBatch } from "@fastap/kernel";
import { avgLoss, f1ScoreMulti, lossMetrics, optimAccumMetric, optimMetric, perplexity, valueMetric } from "@fastap/plugin-metrics";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

const engine = { read: (tensor: tf.Tensor) => tensor.data() } as never;

/** A batch of `size` items with this loss. */
function batchOf(loss: number, size: number, pred: tf.Tensor = tf.zeros([size]), targ: tf.Tensor = tf.zeros([size])): MetricBatch {
  return { pred, yb: [targ], loss: tf.scalar(loss), size, engine };
}

async function score(metric: Metric, ...batches: readonly MetricBatch[]): Promise<number | undefined> {
  metric.reset();
  for (const batch of batches) await metric.accumulate(batch);
  return metric.value();
}

/** Always the same value. */
function constant(value: number): LossFunc {
  const loss = { name: `${value}`, yInt: false, reduction: "mean", forward: () => tf.scalar(value) } as const;
  return { ...loss, withReduction: () => constant(value), activation: (pred) => pred, decodes: (pred) => pred };
}

describe("metrics of losses and arguments", () => {
  countTensors(tf);

  it("weigh batches by their size", async () => {
    expect(await score(avgLoss(), batchOf(1, 3), batchOf(5, 1))).to.equal(2);
    expect(await score(perplexity(), batchOf(1, 3), batchOf(5, 1))).to.be.closeTo(Math.exp(2), 1e-12);
    expect(await score(perplexity())).to.equal(undefined);
  });

  it("show the parts of a loss, 0 where it has none of that name", async () => {
    const loss = Object.assign(constant(3), { parts: new Map([["a", constant(1)], ["b", constant(2)]]) }); // prettier-ignore
    const metrics = lossMetrics(loss, "a, b,c", ["first", "second", "third"]);
    expect(metrics.map(({ name }) => name)).to.deep.equal(["first", "second", "third"]);
    const made = tf.memory().numTensors;
    const batch = batchOf(0, 2);
    const values = [];
    for (const metric of metrics) values.push(await score(metric, batch));
    expect(values).to.deep.equal([1, 2, 0]);
    expect(tf.memory().numTensors).to.equal(made + 3); // those of the batch
    expect(() => lossMetrics(loss, "a,b", "one")).to.throw(/1 names for 2 parts/);
  });

  it("read a number anew at every look", () => {
    let count = 0;
    const metric = valueMetric("count", () => count);
    count = 3;
    expect(metric.value()).to.equal(3);
  });

  it("find the best value of an argument", async () => {
    const targ = tf.tensor2d([[1], [1], [0], [0], [1]], undefined, "int32");
    const pred = tf.tensor2d([[0.9], [0.8], [0.2], [0.1], [0.5]]);
    const best = optimAccumMetric((thresh) => f1ScoreMulti({ thresh, sigmoid: false }), { bounds: [0, 1] });
    expect(best.name).to.equal("opt_f1_score");
    expect(await score(best, batchOf(0, 5, pred, targ))).to.equal(1);
    expect(best.x).to.be.within(0.2, 0.5);
    const smooth = optimMetric("bowl", (_, __, x) => (x - 0.7) ** 2 * (1 + x), { bounds: [0, 2], doNeg: false });
    expect(await score(smooth, batchOf(0, 5, pred, targ))).to.be.closeTo(0, 1e-4);
    expect(smooth.x).to.be.closeTo(0.7, 0.01);
    expect(() => optimMetric("none", () => 0, { bounds: [1, 0] })).to.throw(/bounds/);
  });
});
