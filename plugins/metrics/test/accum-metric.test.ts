import { countTensors } from "@fastap/contract";
import "@tensorflow/tfjs-backend-cpu";
import { isFastapError, type Metric, type MetricBatch } from "@fastap/kernel";
import * as metrics from "@fastap/plugin-metrics";
import { f1Score, f1ScoreMulti, rocAuc, rocAucBinary } from "@fastap/plugin-metrics";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";

/** Counts how often tensors are read. */
class Reader {
  reads = 0;
  async read(tensor: tf.Tensor): Promise<Float32Array> {
    this.reads++;
    return (await tensor.data()) as Float32Array;
  }
}

function batchOf(pred: tf.Tensor, targ: tf.Tensor, engine: Reader = new Reader()): MetricBatch {
  return { pred, yb: [targ], loss: tf.scalar(0), size: targ.shape[0] ?? 1, engine: engine as never };
}

async function score(metric: Metric, pred: tf.Tensor, targ: tf.Tensor): Promise<number | undefined> {
  metric.reset();
  await metric.accumulate(batchOf(pred, targ));
  return metric.value();
}

/** Logits whose largest is the decision. */
const decide = (decisions: readonly number[], classes: number): tf.Tensor => tf.cast(tf.oneHot([...decisions], classes), "float32");
const labels = (ids: readonly number[]): tf.Tensor => tf.tensor1d([...ids], "int32");
/** Figures of fastai-core.md § 9. */
const T = [0, 1, 2, 2, 1, 0, 2, 1, 0, 2];
const P = [0, 2, 2, 2, 1, 0, 1, 2, 1, 2];

describe("accumulated metrics", () => {
  countTensors(tf);

  it("average over classes as sklearn does", async () => {
    const want: [string, object, number][] = [
      ["f1Score", { average: "macro" }, 0.6],
      ["f1Score", { average: "weighted" }, 0.606667],
      ["fBeta", { beta: 2, average: "macro" }, 0.587302],
      ["precision", { average: "macro" }, 0.644444],
      ["recall", { average: "micro" }, 0.6],
      ["jaccard", { average: "weighted" }, 0.46],
      ["balancedAccuracy", { adjusted: true }, 0.375],
      ["cohenKappa", {}, 0.384615],
      ["cohenKappa", { weights: "linear" }, 0.545455],
      ["cohenKappa", { weights: "quadratic" }, 0.701493],
      ["hammingLoss", {}, 0.4],
      ["matthewsCorrCoef", {}, 0.390816],
      ["precision", { average: "macro", labels: [2] }, 0.6],
    ];
    for (const [name, options, value] of want) {
      const entry = metrics.metricEntries.find((e) => e.name === name);
      const metric = entry?.make(options, undefined as never) as Metric;
      expect(await score(metric, decide(P, 3), labels(T)), name).to.be.closeTo(value, 2e-6);
    }
  });

  it("score the probability of two classes", async () => {
    const targ = labels([0, 0, 1, 1, 1, 0, 1, 0, 0]);
    const s = [0.1, 0.4, 0.35, 0.8, 0.65, 0.55, 0.9, 0.2, 0.7];
    const pred = tf.tensor2d(s.map((p) => [0, Math.log(p / (1 - p))]));
    expect(await score(rocAucBinary(), pred, targ)).to.be.closeTo(0.8, 1e-6);
    expect(await score(rocAucBinary({ maxFpr: 0.5 }), pred, targ)).to.be.closeTo(0.766667, 1e-6);
    expect(await score(metrics.apScoreBinary(), pred, targ)).to.be.closeTo(0.830357, 1e-6);
    expect(await score(metrics.brierScore(), pred, targ)).to.be.closeTo(0.1775, 1e-6);
    expect(await score(metrics.brierScore({ hard: true }), pred, targ)).to.be.closeTo(1 / 3, 1e-6);
    expect(await score(rocAucBinary(), pred, tf.zerosLike(targ))).to.be.NaN;
  });

  it("read each tensor of a batch once, however many they are", async () => {
    const engine = new Reader();
    const batch = batchOf(decide(P, 3), labels(T), engine);
    for (const metric of [f1Score({ average: "macro" }), rocAuc(), metrics.diceMulti()]) await metric.accumulate(batch);
    expect(engine.reads).to.equal(2);
  });

  it("say nothing before the first batch, and start over", async () => {
    const metric = f1Score({ average: "micro" });
    expect(metric.value()).to.equal(undefined);
    await metric.accumulate(batchOf(decide([0, 1], 2), labels([0, 0])));
    await metric.accumulate(batchOf(decide([0, 1], 2), labels([0, 1])));
    expect(metric.value()).to.equal(0.75);
    metric.reset();
    expect(metric.value()).to.equal(undefined);
  });

  it("name both shapes, wrong class numbers, averages and options", async () => {
    const error = async (metric: Metric, pred: tf.Tensor, targ: tf.Tensor): Promise<string> =>
      score(metric, pred, targ).then(
        () => "nothing was thrown",
        (e: unknown) => (isFastapError(e) ? `${e.code}: ${e.message}` : String(e)),
      );
    const [three, two] = [decide([0, 1, 2], 3), labels([0, 1])];
    for (const metric of [f1Score(), rocAuc(), metrics.dice(), metrics.rmse()])
      expect(await error(metric, three, two), metric.name)
        .to.contain("E_METRICS_SHAPE")
        .and.contain("[3, 3]")
        .and.contain("[2]");
    for (const metric of [f1Score(), rocAuc(), metrics.diceMulti()])
      expect(await error(metric, three, labels([0, 1, 3])), metric.name)
        .to.contain("E_METRICS_CLASS")
        .and.contain("[3, 3]")
        .and.contain("0…2");
    expect(await error(f1Score(), three, labels([0, 1, 2])))
      .to.contain("binary")
      .and.contain("macro");
    expect(await error(f1ScoreMulti(), three, labels([0, 1, 2]))).to.contain("E_METRICS_INPUT");
    expect(() => f1Score({ average: "makro" as never })).to.throw(/macro/);
    expect(() => metrics.fBeta({} as never)).to.throw(/beta/);
    expect(() => rocAucBinary({ maxFpr: 2 })).to.throw(/maxFpr/);
  });

  it("do not depend on how the items are split into batches", async () => {
    const items = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(items, fc.nat(10), async (data, at) => {
        const cut = 1 + (at % (data.length - 1));
        for (const metric of [f1Score({ average: "macro" }), metrics.cohenKappa(), metrics.diceMulti()]) {
          const part = (rows: typeof data): MetricBatch =>
            batchOf(
              decide(
                rows.map(([p]) => p),
                3,
              ),
              labels(rows.map(([, t]) => t)),
            );
          metric.reset();
          await metric.accumulate(part(data));
          const whole = metric.value();
          metric.reset();
          for (const rows of [data.slice(0, cut), data.slice(cut)]) await metric.accumulate(part(rows));
          expect(metric.value()).to.deep.equal(whole);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("options of accumulated metrics", () => {
  before(() => tf.ready());
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("look at some labels, or at the start of the curve, where it is asked for", async () => {
    const [y, s] = [
      [0, 0, 1, 1, 1, 0, 1, 0, 0],
      [0.1, 0.4, 0.35, 0.8, 0.65, 0.55, 0.9, 0.2, 0.7],
    ];
    const table = (column: readonly number[], other: readonly number[]): tf.Tensor =>
      tf.stack(
        [column, other, column].map((c) => tf.tensor1d([...c])),
        1,
      );
    const [pred, targ] = [table(s, s.toReversed()), table(y, y)];
    const raw = { sigmoid: false };
    expect(await score(metrics.f1ScoreMulti({ ...raw, labels: [0, 2] }), pred, targ)).to.be.closeTo(0.666667, 1e-6);
    expect(await score(metrics.recallMulti({ ...raw, labels: [2], average: "samples" }), pred, targ)).to.be.closeTo(3 / 9, 1e-6);
    expect(await score(metrics.rocAucMulti({ ...raw, maxFpr: 0.5 }), table(s, s), targ)).to.be.closeTo(0.766667, 1e-6);
    expect(await score(metrics.precisionMulti({ ...raw, labels: [3] }), pred, targ).catch(String)).to.contain("no label 3");
    expect(() => metrics.rocAuc({ maxFpr: 0.5 })).to.throw(/maxFpr/);
  });
});
