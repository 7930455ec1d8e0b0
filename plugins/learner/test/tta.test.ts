import type { Engine, Host } from "@fastap/kernel";
import { onBatch, RandTransform, TfmdDL, Transform, type Call } from "@fastap/plugin-data";
import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { blobHost, blobLearner } from "./blobs.ts";
import { Spot, spotLearner } from "./spots.ts";

class Jitter extends RandTransform<number> {
  constructor() {
    super();
    this.on(Spot, ({ data, shape }: Spot, by: number) => new Spot({ data: data.map((x) => x + by), shape }));
  }

  protected override beforeCall(_x: unknown, { random }: Call): number {
    return random.normal();
  }
}

/** In training alone, as a transform of augmentation. */
class Twice extends Transform {
  constructor() {
    super({ splitIdx: 0 });
    this.on(Spot, ({ data, shape }: Spot) => new Spot({ data: data.map((x) => 2 * x), shape }));
  }
}

class TwiceInBatch extends Transform {
  constructor(engine: Engine) {
    super({ splitIdx: 0 });
    this.on(
      Spot,
      onBatch((x) => engine.add(x, x)),
    );
  }
}

describe("tta", () => {
  let host: Host;
  let learn: Learner;
  beforeEach(async () => {
    host = await blobHost(".");
    learn = await spotLearner(host, { afterItem: new Jitter() });
  });
  afterEach(async () => {
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });

  it("brings the transforms of training on the validation data by itself, in other ways in every pass", async () => {
    const plain = await learn.getPreds();
    const { dl } = { dl: learn.dls.valid };
    if (!(dl instanceof TfmdDL)) throw new Error("no transforms");
    const pass = async (i: number): Promise<readonly number[]> => [...(await learn.getPreds({ dl: dl.asSplit(0, i) })).preds.data];
    const passes = [await pass(0), await pass(1)];
    expect(passes[0])
      .to.not.deep.equal(passes[1])
      .and.to.not.deep.equal([...plain.preds.data]);
    const got = await learn.tta({ n: 2, beta: 0.25 });
    expect([...(got.targs?.data ?? [])]).to.deep.equal([...(plain.targs?.data ?? [])]);
    for (const [i, own] of plain.preds.data.entries()) {
      const mean = ((passes[0]?.[i] ?? NaN) + (passes[1]?.[i] ?? NaN)) / 2;
      expect(got.preds.data[i]).to.be.closeTo(0.75 * mean + 0.25 * own, 1e-6);
    }
  });

  it("takes transforms of items and of batches in the place of the loader's own, in every pass", async () => {
    const plain = [...(await learn.getPreds()).preds.data];
    const items = await learn.tta({ n: 2, itemTfms: new Twice() });
    const batches = await learn.tta({ n: 2, itemTfms: [], batchTfms: [new TwiceInBatch(host.resolve("engine"))] });
    expect([...items.plain.data]).to.deep.equal(plain);
    expect([...batches.plain.data]).to.deep.equal(plain);
    expect([...items.augmented.data])
      .to.deep.equal([...batches.augmented.data])
      .and.not.deep.equal(plain);
    expect([...(await learn.getPreds()).preds.data], "of the loader's own, afterwards").to.deep.equal(plain);
  });

  it("takes the training data where it is asked to", async () => {
    const { preds, targs, plain } = await learn.tta({ dsIdx: 0, n: 1 });
    expect(preds.shape).to.deep.equal([10, 2]); // all of them, the short last batch too
    expect([...(targs?.data ?? [])]).to.deep.equal([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    const again = await learn.tta({ dsIdx: 0, n: 1 });
    expect([...again.plain.data]).to.deep.equal([...plain.data]); // without augmentation
  });

  it("weighs augmented passes and a plain one", async () => {
    const own = blobLearner(host);
    const { preds: plain } = await own.getPreds();
    const same = await own.tta({ augmented: own.dls.valid, n: 2 });
    for (const [i, value] of plain.data.entries()) expect(same.preds.data[i]).to.be.closeTo(value, 1e-6);
    const flipped = { ...same.plain, data: same.plain.data.map((p: number) => 1 - p) };
    const stub = { length: 0, async *[Symbol.asyncIterator]() {} };
    const getPreds = own.getPreds.bind(own);
    own.getPreds = async (options = {}) => ({
      ...(await getPreds(options)),
      ...(options.dl === stub ? { preds: flipped } : {}),
    });
    const mixed = await own.tta({ augmented: stub, beta: 0.25 });
    const most = await own.tta({ augmented: stub, useMax: true });
    for (const [i, value] of plain.data.entries()) {
      expect(mixed.preds.data[i]).to.be.closeTo(0.75 * (1 - value) + 0.25 * value, 1e-6);
      expect(most.preds.data[i]).to.be.closeTo(Math.max(value, 1 - value), 1e-6);
    }
    own.dispose();
  });

  it("says what it needs of a loader without transforms", async () => {
    const own = blobLearner(host);
    expect(String(await own.tta().catch((error: unknown) => error)))
      .to.include("E_LEARNER_TTA")
      .and.include("learn.tta({ augmented })");
    own.dispose();
  });
});
