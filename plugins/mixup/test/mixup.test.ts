import { createHost, type Callback, type Host, type LossFunc, type Run, type Scope, type Tensor } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { cutMix, mixUp, type MixHandler } from "@fastap/plugin-mixup";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

const makers: readonly (() => MixHandler)[] = [() => mixUp(), () => cutMix()];

for (const make of makers) {
  describe(make().name, () => {
    let host: Host;
    let learn: Learner;
    let tensors: number;

    beforeEach(async () => {
      host = await createHost({ presets: [core], plugins: [["progress", { mode: "none" }]], config: { backend: "cpu", seed: 3 } });
      tensors = host.resolve("engine").memory().tensors;
      learn = imageLearner(host);
    });
    afterEach(async () => {
      learn.dispose();
      expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
      await host[Symbol.asyncDispose]();
    });

    it("exchanges the loss while it trains, and only then", async () => {
      const losses: [boolean, boolean][] = [];
      const original = learn.lossFunc;
      const watch: Callback = { name: "watch", afterBatch: (run) => void losses.push([run.training, run.lossFunc === original]) };
      await learn.fit(1, 0.01, { cbs: [make(), watch] });
      expect(losses.filter(([training]) => training).every(([, same]) => !same)).to.equal(true);
      expect(losses.filter(([training]) => !training).every(([, same]) => same)).to.equal(true);
    });

    for (const scope of ["batch", "train", "epoch", "fit"] as const) {
      it(`restores the loss when the ${scope} is cancelled`, async () => {
        const seen: LossFunc[] = [];
        await learn.fit(2, 0.01, { cbs: [make(), cancelOnce(scope), ...lastLoss(seen)] });
        expect(seen.at(-1)).to.equal(learn.lossFunc);
      });
    }

    it("keeps every share in [0, 1] and leaves validation unmixed", async () => {
      const mix = make();
      const before = await firstValidRow(learn);
      const rows: number[] = [];
      const watch: Callback = {
        name: "watch",
        runTrain: false,
        async beforeBatch(run) {
          const [x] = run.xb;
          if (x !== undefined && rows.length === 0) rows.push(...(await run.engine.read(x)).slice(0, 4));
        },
      };
      await learn.fit(1, 0.01, { cbs: [mix, watch] });
      expect(mix.lam?.every((share) => share >= 0 && share <= 1)).to.equal(true);
      expect(rows).to.deep.equal(before);
    });

    it("gives the same batches for the same seed", async () => {
      const [a, b] = [make(), make()];
      const start = host.resolve("random").state();
      await learn.fit(1, 0, { cbs: [a] });
      host.resolve("random").restore(start);
      await learn.fit(1, 0, { cbs: [b] });
      expect(a.lam).to.deep.equal(b.lam);
    });

    it("is gone once removed", async () => {
      const mix = make();
      learn.addCb(mix);
      learn.removeCb(mix);
      await learn.fit(1, 0.01);
      expect(mix.lam).to.equal(undefined);
    });
  });
}

describe("mixup options", () => {
  it("are checked", async () => {
    expect(() => mixUp({ alpha: 0 })).to.throw(/alpha/);
    await using host = await createHost({ presets: [core], config: { backend: "cpu" } });
    expect(() => host.registry("callbacks").make(["mixUp", { alfa: 1 }])).to.throw(/alpha/);
    expect(host.registry("callbacks").make(["CutMix", { alpha: 0.5 }])).to.include({ alpha: 0.5 });
  });

  it("names are unknown without the plugin", async () => {
    await using host = await createHost({ presets: [core], plugins: [["mixup", false]], config: { backend: "cpu" } });
    expect(host.registry("callbacks").has("mixUp")).to.equal(false);
  });
});

function cancelOnce(scope: Scope): Callback {
  let done = false;
  return {
    name: "canceller",
    runValid: false,
    afterBackward(run) {
      if (done) return;
      done = true;
      run.cancel(scope);
    },
  };
}

/** The loss when a fit ends, on whatever way. */
function lastLoss(seen: LossFunc[]): Callback[] {
  const note = (run: Run): void => void seen.push(run.lossFunc);
  return [{ name: "last", stage: "report", beforeValidate: note, afterFit: note }];
}

async function firstValidRow({ dls, host }: Learner): Promise<number[]> {
  for await (const batch of dls.valid) {
    const values = await host.resolve("engine").read(batch[0] as Tensor);
    for (const tensor of batch) tensor.dispose();
    return [...values.slice(0, 4)];
  }
  return [];
}

/** Twelve images of 4 × 4 in two classes. */
function imageLearner(host: Host): Learner {
  const dataset = new ArrayDataset([
    { data: Float32Array.from({ length: 12 * 16 }, (_, i) => Math.sin(i)), shape: [4, 4, 1] },
    { data: Int32Array.from({ length: 12 }, (_, i) => i % 2), shape: [] },
  ]);
  const options = { engine: host.resolve("engine"), random: host.resolve("random"), bs: 4, lossFunc: "crossEntropy" };
  const dls = DataLoaders.fromDatasets([dataset, dataset], options);
  return createLearner(host, dls, ["convNet", { channels: [1, 4, 2] }]);
}
