import type { Host } from "@fastap/kernel";
import { createLearner, toDetach, type HostArray, type Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { blobLearner, openBench, type Bench } from "./blobs.ts";

describe("what a Learner records and lets go", () => {
  let bench: Bench;
  let host: Host;
  let learn: Learner;
  beforeEach(async () => {
    bench = await openBench();
    ({ host } = bench);
    learn = bench.own(blobLearner(host));
  });
  afterEach(() => bench.close());

  it("another memory of the smoothed loss, and no time", async () => {
    const own = createLearner(host, learn.dls, ["mlp", { sizes: [2, 2] }], { recorder: { beta: 0, addTime: false } });
    await own.fit(1, 0.01);
    expect(own.recorder?.metricNames).to.deep.equal(["epoch", "train_loss", "valid_loss"]);
    expect(own.recorder?.losses).to.deep.equal(own.recorder?.rawLosses);
    own.dispose();
  });

  it("plotLoss: batches, or epochs between lines, and losses by powers of ten", async () => {
    await learn.fitOneCycle(3, 0.05);
    const plain = learn.recorder?.plotLoss() ?? "";
    expect(plain).to.contain(">batch<").and.to.contain(">valid<");
    const other = learn.recorder?.plotLoss({ log: true, showEpochs: true, withValid: false, skipStart: 0 }) ?? "";
    expect(other).to.contain(">epoch<").and.to.contain(">3<").and.not.to.contain(">valid<");
    expect(other.match(/points="[^"]*"/)?.[0].split(" ")).to.have.length(12);
    expect(plain.match(/points="[^"]*"/)?.[0].split(" ")).to.have.length(7);
  });

  it("plotSched: what was scheduled, or of it what is asked for", async () => {
    await learn.fitOneCycle(1, 0.05);
    const titles = (svg: string = ""): string[] => [...svg.matchAll(/font-weight="600"[^>]*>([^<]*)</g)].map(([, title = ""]) => title);
    expect(titles(learn.recorder?.plotSched())).to.deep.equal(["Learning rate", "Momentum"]);
    expect(titles(learn.recorder?.plotSched(["mom"]))).to.deep.equal(["Momentum"]);
  });

  it("toDetach reads tensors wherever they are, and leaves all else", async () => {
    const engine = host.resolve("engine");
    const tensor = engine.from([1, 2], [2, 1]);
    const date = new Date(0);
    const got = (await learn.toDetach({ a: [tensor, 3], b: { c: tensor }, date })) as { a: [HostArray, number]; b: { c: HostArray } };
    expect(got).to.deep.equal({
      a: [{ data: Float32Array.of(1, 2), shape: [2, 1] }, 3],
      b: { c: { data: Float32Array.of(1, 2), shape: [2, 1] } },
      date,
    });
    tensor.dispose();
    expect(got.b.c.data[1]).to.equal(2);
    expect(await toDetach(engine, null)).to.equal(null);
  });
});
