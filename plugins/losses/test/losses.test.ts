import { countTensors } from "@fastap/contract";
import { isFastapError, type Pred, type Tensor } from "@fastap/kernel";
import {
  baseLoss,
  bceLossFlat,
  bceWithLogitsLossFlat,
  crossEntropyLossFlat,
  diceLoss,
  focalLossFlat,
  labelSmoothingCrossEntropyFlat,
  mseLossFlat,
} from "@fastap/plugin-losses";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { engine } from "./engine.ts";

const z = [
  [2, 0.5, -1],
  [0, 1, 3],
];
const labels = (): Tensor => tf.tensor1d([0, 1], "int32");
const logits = (): Tensor => tf.tensor2d(z);

function numbers(pred: Pred): number[] {
  return Array.from((pred as Tensor).dataSync());
}

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return isFastapError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return "nothing was thrown";
}

/** Figures of fastai-core.md § 9, to their eight decimals. */
function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got).to.have.length(want.length);
  got.forEach((value, i) => expect(value).to.be.closeTo(want[i] ?? NaN, 2e-6));
}

describe("losses", () => {
  countTensors(tf);

  it("cross-entropy gives fastai's figures, with weights and unreduced", () => {
    const loss = crossEntropyLossFlat(engine);
    expectClose(numbers(loss.forward(logits(), labels())), [1.20557866]);
    expectClose(numbers(loss.withReduction("none").forward(logits(), labels())), [0.2413113, 2.16984602]);
    expectClose(numbers(crossEntropyLossFlat(engine, { weight: [1, 2, 3] }).forward(logits(), labels())), [1.52700111]);
  });

  it("label smoothing and focal give fastai's figures", () => {
    expectClose(numbers(labelSmoothingCrossEntropyFlat(engine).forward(logits(), labels())), [1.26391199]);
    expectClose(numbers(focalLossFlat(engine).forward(logits(), labels())), [0.85683137]);
    expectClose(numbers(focalLossFlat(engine, { weight: [1, 2, 3] }).forward(logits(), labels())), [2.11916945]);
  });

  it("binary cross-entropy gives fastai's figures, and does not overflow", () => {
    const [x, y] = [tf.tensor1d([0.5, -1, 2]), tf.tensor1d([1, 0, 1])];
    expectClose(numbers(bceWithLogitsLossFlat({ reduction: "none" }).forward(x, y)), [0.47407698, 0.31326169, 0.12692801]);
    expectClose(numbers(bceWithLogitsLossFlat({ posWeight: [2] }).forward(x, y)), [0.50509056]);
    expectClose(numbers(bceWithLogitsLossFlat().forward(tf.tensor1d([1000, -1000]), tf.tensor1d([1, 0]))), [0]);
    expectClose(numbers(bceLossFlat().forward(tf.tensor1d([0, 1]), tf.tensor1d([1, 1]))), [50]);
    const [halves, both] = [tf.fill([1, 2], 0.5), tf.tensor2d([[1, 0]])];
    expectClose(numbers(bceLossFlat({ weight: [1, 3] }).forward(halves, both)), [2 * Math.LN2]);
  });

  it("dice takes classes first or last", () => {
    const first = tf.tensor4d([2, -1, 0, 1, 0, 1, 3, -2], [1, 2, 2, 2]);
    const targ = tf.tensor3d([0, 1, 1, 0], [1, 2, 2], "int32");
    expectClose(numbers(diceLoss({ axis: 1, reduction: "none" }).forward(first, targ)), [0.08331438, 0.08331438]);
    expectClose(numbers(diceLoss().forward(tf.transpose(first, [0, 2, 3, 1]), targ)), [0.16662875]);
    expectClose(numbers(diceLoss({ axis: 1, squareInUnion: true }).forward(first, targ)), [0.01779466]);
  });

  it("withReduction leaves the original as it is", () => {
    const loss = crossEntropyLossFlat(engine);
    const sum = loss.withReduction("sum");
    expect([loss.reduction, sum.reduction]).to.deep.equal(["mean", "sum"]);
    expectClose(numbers(sum.forward(logits(), labels())), [2 * 1.20557866]);
    expectClose(numbers(loss.forward(logits(), labels())), [1.20557866]);
  });

  it("flattens rows of any rank", () => {
    const deep = tf.reshape(logits(), [1, 2, 1, 3]);
    expectClose(numbers(crossEntropyLossFlat(engine).forward(deep, tf.reshape(labels(), [1, 2, 1]))), [1.20557866]);
  });

  it("activates to probabilities and decodes to classes", () => {
    const loss = crossEntropyLossFlat(engine);
    const probs = loss.activation(logits());
    expect(numbers(loss.decodes(probs))).to.deep.equal([0, 2]);
    expectClose(numbers(tf.sum(probs as Tensor, -1)), [1, 1]);
    const given = tf.tensor1d([1]);
    expect(mseLossFlat().activation(given)).to.equal(given);
    expect(numbers(bceWithLogitsLossFlat({ thresh: 0.8 }).decodes(tf.tensor1d([0.7, 0.9])))).to.deep.equal([0, 1]);
  });
});

describe("a loss", () => {
  countTensors(tf);

  it("leaves nothing but its result", () => {
    const [x, y, loss] = [logits(), labels(), crossEntropyLossFlat(engine, { weight: [1, 2, 3] })];
    const made = tf.memory().numTensors;
    loss.forward(x, y);
    expect(tf.memory().numTensors).to.equal(made + 1);
  });

  it("refuses what does not fit before any operation", () => {
    const loss = crossEntropyLossFlat(engine);
    const [x, y] = [logits(), labels()];
    const made = tf.memory().numTensors;
    expect(messageOf(() => loss.forward(x))).to.contain("E_LOSSES_INPUT");
    expect(messageOf(() => loss.forward([x, x], y)))
      .to.contain("E_LOSSES_INPUT")
      .and.contain("list of 2");
    expect(messageOf(() => loss.forward(y, y)))
      .to.contain("E_LOSSES_DTYPE")
      .and.contain("float32");
    expect(messageOf(() => loss.forward(x, x)))
      .to.contain("E_LOSSES_DTYPE")
      .and.contain("int32");
    expect(messageOf(() => crossEntropyLossFlat(engine, { axis: 1 }).forward(x, y)))
      .to.contain("E_LOSSES_SHAPE")
      .and.contain("axis 1");
    expect(tf.memory().numTensors).to.equal(made);
    const three = tf.tensor1d([0, 1, 2], "int32");
    expect(messageOf(() => loss.forward(x, three)))
      .to.contain("E_LOSSES_SHAPE")
      .and.contain("2 targets")
      .and.contain("[3]");
    expect(messageOf(() => mseLossFlat().forward(x, tf.tensor1d([1])))).to.contain("E_LOSSES_SHAPE");
    expect(messageOf(() => crossEntropyLossFlat(engine, { weight: [1] }).forward(x, y)))
      .to.contain("E_LOSSES_SHAPE")
      .and.contain("3 weights");
  });

  it("names wrong options", () => {
    expect(messageOf(() => crossEntropyLossFlat(engine, { weigth: [1] } as never))).to.contain('Did you mean "weight"?');
    expect(messageOf(() => mseLossFlat({ reduction: "median" as never })))
      .to.contain("E_LOSSES_OPTION")
      .and.contain("median");
    expect(messageOf(() => focalLossFlat(engine, { gamma: NaN }))).to.contain("E_LOSSES_OPTION");
  });

  it("mean is sum over count, sum is the sum of each", () => {
    const values = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (x) => {
        tf.tidy(() => {
          const [pred, targ] = [tf.tensor1d(x), tf.zeros([x.length])];
          const each = numbers(mseLossFlat({ reduction: "none" }).forward(pred, targ));
          const total = each.reduce((a, b) => a + b, 0);
          expect(numbers(mseLossFlat({ reduction: "sum" }).forward(pred, targ))[0]).to.be.closeTo(total, 1e-3);
          expect(numbers(mseLossFlat().forward(pred, targ))[0]).to.be.closeTo(total / x.length, 1e-4);
        });
      }),
    );
  });

  it("takes a rule of one's own", () => {
    const hinge = baseLoss({
      name: "hinge",
      yInt: false,
      reduction: "mean",
      targets: "numbers",
      flatten: "flat",
      compute: (p, t) => tf.mean(tf.relu(tf.sub(1, tf.mul(p, t)))),
    });
    expectClose(numbers(hinge.forward(tf.tensor1d([0.5, 2]), tf.tensor1d([1, 1]))), [0.25]);
  });
});
