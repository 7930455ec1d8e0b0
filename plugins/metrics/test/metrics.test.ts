import { countTensors } from "@fastap/contract";
import "@tensorflow/tfjs-backend-cpu";
import { isFastapError, type MetricFunc, type Tensor } from "@fastap/kernel";
import { accuracy, accuracyMulti, defineMetric, errorRate, foregroundAcc, mae, mse, msle, topKAccuracy } from "@fastap/plugin-metrics";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";

const scores = (): Tensor =>
  tf.tensor2d([
    [3, 2, 1],
    [1, 3, 2],
    [1, 2, 3],
    [3, 1, 2],
  ]);
const targets = (): Tensor => tf.tensor1d([0, 1, 1, 2], "int32");

function valueOf(metric: MetricFunc, pred: Tensor, targ: Tensor): number {
  return metric(pred, targ).dataSync()[0] ?? NaN;
}

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return isFastapError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return "nothing was thrown";
}

describe("metrics", () => {
  countTensors(tf);

  it("counts right and wrong decisions", () => {
    expect(valueOf(accuracy(), scores(), targets())).to.equal(0.5);
    expect(valueOf(errorRate(), scores(), targets())).to.equal(0.5);
    expect(valueOf(topKAccuracy({ k: 2 }), scores(), targets())).to.equal(1);
  });

  it("takes the class axis where it is", () => {
    const first = tf.transpose(tf.reshape(scores(), [1, 2, 2, 3]), [0, 3, 1, 2]);
    const mask = tf.reshape(targets(), [1, 2, 2]);
    expect(valueOf(accuracy({ axis: 1 }), first, mask)).to.equal(0.5);
    expect(valueOf(topKAccuracy({ k: 1, axis: 1 }), first, mask)).to.equal(0.5);
    expect(valueOf(foregroundAcc({ axis: 1 }), first, mask)).to.be.closeTo(1 / 3, 1e-6);
    expect(valueOf(foregroundAcc({ axis: 1 }), first, tf.zerosLike(mask))).to.be.NaN;
  });

  it("decides labels strictly above the threshold", () => {
    const [probs, targ] = [tf.tensor2d([[0.5, 0.9]]), tf.tensor2d([[0, 1]], undefined, "int32")];
    expect(valueOf(accuracyMulti({ sigmoid: false }), probs, targ)).to.equal(1);
    expect(valueOf(accuracyMulti({ thresh: 0.6 }), probs, targ)).to.equal(0.5); // σ(0.5) = 0.62 counts
  });

  it("measures errors of numbers", () => {
    const [p, t] = [tf.tensor1d([1, 3]), tf.tensor2d([[0], [1]])];
    expect(valueOf(mse(), p, t)).to.equal(2.5);
    expect(valueOf(mae(), p, t)).to.equal(1.5);
    expect(valueOf(msle(), p, t)).to.be.closeTo((Math.log(2) ** 2 + Math.log(2) ** 2) / 2, 1e-6);
  });

  it("tells targets that are no class, to who hands it their values", () => {
    const check = (values: number[], metric = accuracy()): string =>
      messageOf(() => metric.checkTargets?.(scores(), targets(), Int32Array.from(values)));
    expect(check([0, 1, 3, 2])).to.match(/E_METRICS_CLASS[^]*target 2 of the batch is 3[^]*predictions \[4, 3\], targets \[4\]/);
    expect(check([0, -1, 1, 2], topKAccuracy({ k: 2 }))).to.match(/target 1 of the batch is -1/);
    expect(check([0, -100, 1, 2], errorRate())).to.equal("nothing was thrown");
    expect(check([255, 1, 1, 2], foregroundAcc({ bkgIdx: 255 }))).to.equal("nothing was thrown");
  });

  it("has fastai's column names", () => {
    const names = [accuracy(), errorRate(), topKAccuracy(), accuracyMulti(), foregroundAcc(), mse()].map((m) => m.name);
    expect(names).to.deep.equal(["accuracy", "error_rate", "top_k_accuracy", "accuracy_multi", "foreground_acc", "mse"]);
  });

  it("leaves one scalar", () => {
    const [x, y] = [scores(), targets()];
    const made = tf.memory().numTensors;
    expect(errorRate()(x, y).shape).to.deep.equal([]);
    expect(tf.memory().numTensors).to.equal(made + 1);
  });

  it("never broadcasts: lengths must match", () => {
    const one = tf.tensor1d([0], "int32");
    for (const metric of [accuracy(), errorRate(), topKAccuracy({ k: 1 }), foregroundAcc(), accuracyMulti(), mse()]) {
      expect(
        messageOf(() => metric(scores(), one)),
        metric.name,
      )
        .to.contain("E_METRICS_SHAPE")
        .and.contain(metric.name);
    }
  });

  it("names wrong inputs and options", () => {
    expect(messageOf(() => accuracy()(scores())))
      .to.contain("E_METRICS_INPUT")
      .and.contain("0 targets");
    expect(messageOf(() => accuracy()([scores()], targets()))).to.contain("E_METRICS_INPUT");
    expect(messageOf(() => accuracy({ axis: 4 })(scores(), targets()))).to.contain("axis 4");
    expect(messageOf(() => topKAccuracy()(scores(), targets())))
      .to.contain("1…3")
      .and.contain("5");
    expect(messageOf(() => accuracy({ axes: 1 } as never))).to.contain('Did you mean "axis"?');
    expect(messageOf(() => mse({ axis: 1 } as never)))
      .to.contain("E_METRICS_OPTION")
      .and.contain("no options");
  });

  it("accuracy and error rate add up to one", () => {
    const rows = fc.array(fc.tuple(fc.float({ noNaN: true, min: -1, max: 1 }), fc.float({ noNaN: true, min: -1, max: 1 }), fc.nat(1)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, (data) => {
        tf.tidy(() => {
          const pred = tf.tensor2d(data.map(([a, b]) => [a, b]));
          const targ = tf.tensor1d(
            data.map(([, , c]) => c),
            "int32",
          );
          expect(valueOf(accuracy(), pred, targ) + valueOf(errorRate(), pred, targ)).to.be.closeTo(1, 1e-6);
        });
      }),
    );
  });

  it("takes a function of one's own", () => {
    const confidence = defineMetric("confidence", (pred) => tf.max(pred));
    expect(confidence.name).to.equal("confidence");
    expect(valueOf(confidence, scores(), targets())).to.equal(3);
  });
});
