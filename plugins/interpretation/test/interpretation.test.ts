import { isFastapError } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import { ClassificationInterpretation, Interpretation, SegmentationInterpretation, confusionPlot } from "@fastap/plugin-interpretation";
import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { shapesHost, shapesLearner } from "./shapes.ts";

describe("interpretation", () => {
  let host: Host;
  let learn: Learner;
  let before = 0;
  beforeEach(async () => {
    host = await shapesHost();
    learn = shapesLearner(host);
    before = host.resolve("engine").memory().tensors;
  });
  afterEach(async () => {
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(before);
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });

  it("sorts items by loss and predicts the asked ones anew", async () => {
    const interp = await Interpretation.fromLearner(learn);
    const { values, indices } = interp.topLosses();
    expect(values).to.deep.equal(values.toSorted((a, b) => b - a));
    expect(indices.toSorted((a, b) => a - b)).to.deep.equal([...Array(30).keys()]);
    expect(interp.topLosses(2, false).values).to.deep.equal(values.toReversed().slice(0, 2));
    const [first, second] = await interp.items(indices.slice(0, 2));
    expect(first?.index).to.equal(indices[0]);
    expect(first?.loss).to.be.closeTo(values[0] ?? NaN, 1e-5);
    expect(second?.input.shape).to.deep.equal([8, 8, 1]);
    expect(first?.probability).to.be.closeTo(Math.max(...(first?.pred.data ?? [])), 1e-6);
  });

  it("counts confusions with a row per actual class", async () => {
    const interp = await ClassificationInterpretation.fromLearner(learn);
    const matrix = await interp.confusionMatrix();
    expect(matrix.map((row) => row.reduce((a, b) => a + b, 0))).to.deep.equal([10, 10, 10]);
    const confused = await interp.mostConfused();
    const counts = confused.map(([, , count]) => count);
    expect(counts).to.deep.equal(counts.toSorted((a, b) => b - a));
    for (const [actual, predicted, count] of confused) {
      expect(matrix[interp.vocab.indexOf(actual)]?.[interp.vocab.indexOf(predicted)]).to.equal(count);
    }
    const report = await interp.classificationReport();
    expect(report.macro.recall).to.be.closeTo(report.accuracy, 1e-9); // classes are equally many
    expect(await interp.printClassificationReport())
      .to.contain("upright")
      .and.contain("weighted avg");
  });

  it("draws the confusion matrix without a browser", async () => {
    const interp = await ClassificationInterpretation.fromLearner(learn);
    const plot = await interp.plotConfusionMatrix({ normalize: true, title: "Shapes" });
    expect(plot.data).to.have.length(9);
    const svg = await plot.svg();
    expect(svg).to.match(/^<svg/).and.contain("Shapes").and.contain("Predicted").and.contain("cross");
    expect([...(await plot.png()).subarray(1, 4)]).to.deep.equal([..."PNG"].map((letter) => letter.charCodeAt(0)));
    expect(await plot.html())
      .to.contain("<svg")
      .and.contain("Shapes");
    const [row] = confusionPlot(
      [
        [0, 0],
        [1, 3],
      ],
      ["a", "b"],
      { normalize: true },
    ).data;
    expect(row?.["value"]).to.be.NaN; // "a" never occurs
    expect(row?.["text"]).to.equal("");
  });

  it("shows the worst items as pictures", async () => {
    const interp = await Interpretation.fromLearner(learn);
    const plot = await interp.plotTopLosses(4);
    expect(plot.data.map(({ index }) => index)).to.deep.equal(interp.topLosses(4).indices);
    expect((await plot.svg()).match(/<image/g)).to.have.length(4);
    expect(plot.data[0]).to.have.keys("index", "predicted", "actual", "loss", "probability");
    expect((await interp.showResults([0, 1])).data.map(({ target }) => target)).to.deep.equal(["upright", "level"]);
    const ranks = await interp.plotTopLosses([1, 3]);
    expect(ranks.data.map(({ index }) => index)).to.deep.equal([1, 3].map((rank) => interp.topLosses().indices[rank]));
  });

  it("is a method of the Learner, for classes where the loss decides for them", async () => {
    expect(await learn.interpret()).to.be.instanceOf(ClassificationInterpretation);
    expect(await SegmentationInterpretation.fromLearner(learn, { dsIdx: 0 })).to.be.instanceOf(SegmentationInterpretation);
  });

  it("names items and loaders that are not there", async () => {
    const interp = await Interpretation.fromLearner(learn);
    expect(await codeOf(interp.items([30]))).to.equal("E_INTERPRETATION_INDEX");
    expect(await codeOf(interp.plotTopLosses([99]))).to.equal("E_INTERPRETATION_INDEX");
    expect(await codeOf(Interpretation.fromLearner(learn, { dsIdx: 7 }))).to.equal("E_INTERPRETATION_LOADER");
  });
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was thrown",
    (error: unknown) => (isFastapError(error) ? error.code : String(error)),
  );
}
