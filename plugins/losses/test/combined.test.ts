import { combinedLoss, crossEntropyLossFlat, diceLoss, focalLossFlat } from "@fastap/plugin-losses";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { engine } from "./engine.ts";

describe("combinedLoss", () => {
  it("is the weighted sum of its parts, which metrics show one by one", async () => {
    await tf.ready();
    const before = tf.memory().numTensors;
    const pred = tf.tensor4d([2, 0.5, -1, 0, 1, 3, 1, 1, 0, -1, 2, 0], [1, 2, 2, 3]);
    const targ = tf.tensor3d([0, 2, 1, 1], [1, 2, 2], "int32");
    const [focal, dice] = [focalLossFlat(engine), diceLoss({ reduction: "mean" })];
    const loss = combinedLoss([{ loss: focal }, { loss: dice, weight: 0.5 }]);
    const value = (x: tf.Tensor): number => x.dataSync()[0] ?? NaN;
    tf.tidy(() => {
      const both = value(focal.forward(pred, targ)) + 0.5 * value(dice.forward(pred, targ));
      expect(value(loss.forward(pred, targ))).to.be.closeTo(both, 1e-6);
      expect(value(loss.withReduction("sum").forward(pred, targ))).to.be.greaterThan(both);
    });
    expect([...loss.parts.keys()]).to.deep.equal(["focalLossFlat", "diceLoss"]);
    for (const tensor of [pred, targ]) tensor.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("refuses no part and two of one name", () => {
    expect(() => combinedLoss([])).to.throw(/at least one/);
    const ce = crossEntropyLossFlat(engine);
    expect(() => combinedLoss([{ loss: ce }, { loss: ce }])).to.throw(/only once/);
  });
});
