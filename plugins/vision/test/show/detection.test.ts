import { createHost, type Host, type LossFunc, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { interpretation, Interpretation } from "@fastap/plugin-interpretation";
import { createLearner, learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { Module, nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { Resize, vision, vocBoxes } from "@fastap/plugin-vision";
import { sum, tensor } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { folder, shared } from "../shared-data.ts";

const count = (text: string, part: RegExp): number => (text.match(part) ?? []).length;
/** In the middle, and nothing: the second is of no class. */
const BOXES = [
  [-0.5, -0.5, 0.5, 0.5],
  [0, 0, 1, 1],
];
const IDS = [3, 0];

/** Sees the same in every image: boxes `[batch, 2, 4]` and class numbers `[batch, 2]`. */
class SameEverywhere extends Module {
  protected call(...xb: readonly Tensor[]): readonly Tensor[] {
    const n = xb[0]?.shape[0] ?? 0;
    const all = (row: readonly unknown[]): unknown[] => Array.from({ length: n }, () => row);
    return [tensor(all(BOXES) as number[][][]), tensor(all(IDS) as number[][], [n, 2], "int32")];
  }
}

const lossFunc: LossFunc = {
  name: "none",
  yInt: false,
  reduction: "mean",
  forward: (pred) => sum((pred as readonly Tensor[])[0] ?? 0),
  withReduction: () => lossFunc,
  activation: (pred) => pred,
  decodes: (pred) => pred,
};

describe("what a detector says", () => {
  it("bccd: boxes with their labels, target beside prediction, and the worst", async function () {
    if (folder === undefined) return this.skip();
    const plugins = [engineTfjs, backendCpu, data, nn, losses, optimizers, learner, interpretation, vision];
    const host: Host = await createHost({ plugins, config: { backend: "cpu", seed: 3 } });
    const options = { path: shared("bccd/BCCD"), itemTfms: new Resize(96, { method: "squish" }), bs: 4, n: 8 };
    const learn = createLearner(host, await vocBoxes(host, options), new SameEverywhere(), { lossFunc });
    const { tensors } = host.resolve("engine").memory();
    const svg = await (await learn.showResults({ maxN: 3, shuffle: false })).svg();
    expect(svg).to.contain("Target").and.contain("Prediction").and.contain(">RBC</text>").and.not.contain("#na#");
    expect(count(svg, /<image/g)).to.equal(6);
    // the prediction's one box is of WBC, and its second has no class
    const [, ...pictures] = svg.split("<image");
    for (const predicted of [1, 3, 5]) {
      const drawn = pictures[predicted] ?? "";
      expect([count(drawn, />WBC</g), count(drawn, />RBC</g)]).to.deep.equal([2, 0]); // each label has an outline
    }
    const worst = await (await Interpretation.fromLearner(learn)).plotTopLosses(2);
    expect(count(await worst.svg(), /<image/g)).to.equal(6);
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });
});
