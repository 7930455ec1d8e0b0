import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { openBench, type Bench } from "./blobs.ts";
import { poison } from "./poison.ts";
import { snapshotsTo, threeClasses, weights, type Changes } from "./three-classes.ts";

describe("numbers that no model can learn from", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  const make = (change: Changes, model?: object, metrics?: readonly string[]): Learner =>
    bench.own(threeClasses(bench.host, change, model, metrics));
  const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => "none", String);

  for (const id of [3, -1, 1000]) {
    it(`a target of ${id} among 3 classes is refused before the step, by item, row and both shapes`, async () => {
      const learn = make({ y: { 13: id } });
      const text = await failure(learn.fit(1, 0));
      expect(text).to.match(new RegExp(`E_LOSSES_CLASS[^]*row \\d of the batch is ${id}[^]*predictions \\[8, 3\\], targets \\[8\\]`));
      expect(text).to.match(/epoch 0, batch \d, items [\d, ]*13/);
    });
  }

  it("the same in validation, where it is said, and in validate", async () => {
    const learn = make({ valid: { 20: 7 } });
    expect(await failure(learn.validate())).to.match(/E_LOSSES_CLASS[^]*row 4 of the batch is 7[^]*epoch 0, validation batch 2/);
    expect(await failure(learn.fit(1))).to.match(/E_LOSSES_CLASS[^]*validation batch 2/);
  });

  it("−100 is passed over by the loss, and a miss to the metric", async () => {
    const learn = make({ valid: { 20: -100 } });
    await learn.fit(1);
    expect(learn.recorder?.history).to.have.length(1);
  });

  for (const metric of ["f1Score", "r2Score", "rocAucBinary", "f1ScoreMulti"]) {
    it(`${metric} of 3 classes is refused before the first step`, async () => {
      const learn = make({}, {}, [metric]);
      const before = await weights(learn);
      expect(await failure(learn.fit(1, 1))).to.match(/E_METRICS_\w+[^]*in \[learner\/metrics@afterBackward\]/);
      expect(await weights(learn)).to.deep.equal(before);
    });
  }

  it("an input of NaN stops before the step and names its item; the statistics of batch norm are mended", async () => {
    const learn = make({ x: { 10: NaN } }, { norm: "batch" });
    const text = await failure(learn.fit(2, 1e-2));
    expect(text).to.match(/E_LEARNER_LOSS_NOT_FINITE[^]*loss of step \d is NaN[^]*epoch 0, batch \d, item/);
    expect(Object.values(await weights(learn)).flat()).to.satisfy((all: number[]) => all.every(Number.isFinite));
  });

  it("a gradient of infinity stops before the step and names its parameter", async () => {
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("gradient", 2), snapshotsTo(before)] }));
    expect(text).to.match(/E_LEARNER_GRADIENT_NOT_FINITE[^]*gradient of \d[.\w]+ in step 2 holds Infinity[^]*epoch 0, batch 2, items/);
    expect(await weights(learn)).to.deep.equal(before[2]);
  });

  it("a weight of NaN is found at the next loss, and the weights before that step are put back", async () => {
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("weight", 1), snapshotsTo(before)] }));
    expect(text).to.match(
      /E_LEARNER_WEIGHT_NOT_FINITE[^]*\d[.\w]+ holds NaN[^]*after the step of epoch 0, batch 1, items[^]*before step 1/,
    );
    expect(await weights(learn)).to.deep.equal(before[1]);
    await learn.fit(1, 1e-2); // and can go on
  });

  it("a weight that the last step of an epoch breaks is found before validation", async () => {
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("weight", 2), snapshotsTo(before)] }));
    expect(text).to.match(/E_LEARNER_WEIGHT_NOT_FINITE[^]*after the step of epoch 0, batch 2, items[^]*before step 2/);
    expect(await weights(learn)).to.deep.equal(before[2]);
  });

  it("a gradient of infinity is found as surely in the 68th step as in the first", async () => {
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(30, 1e-2, { cbs: [poison("gradient", 67), snapshotsTo(before)] }));
    expect(text).to.match(/E_LEARNER_GRADIENT_NOT_FINITE[^]*in step 67 holds Infinity[^]*epoch 22, batch 1, items/);
    expect(await weights(learn)).to.deep.equal(before[67]);
  });

  it('nanCheck "every" keeps the weights of every step', async () => {
    await bench.close();
    bench = await openBench({ nanCheck: "every" });
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("weight", 1), snapshotsTo(before)] }));
    expect(text).to.match(/E_LEARNER_WEIGHT_NOT_FINITE[^]*before step 1/);
    expect(await weights(learn)).to.deep.equal(before[1]);
  });
});
