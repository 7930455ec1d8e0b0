import type { Host, LossFunc } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { Learner } from "@fastap/plugin-learner";
import { LeakyRelu, Linear, Sequential } from "@fastap/plugin-nn";
import {
  accuracyThreshExpand,
  adaptiveGANSwitcher,
  adaptiveLoss,
  fixedGANSwitcher,
  ganCritic,
  ganDiscriminativeLR,
  GANLearner,
  ganLossFromFunc,
  GANModule,
  generateNoise,
} from "@fastap/plugin-vision";
import type { GANSwitcher } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { visionHost } from "./vision-host.ts";

const numbers = (f: () => tf.Tensor): number[] => tf.tidy(() => Array.from(f().dataSync()));

/** Points on a line as images: 8 batches of 2 an epoch, and none to validate. */
function points(host: Host): DataLoaders {
  const data = new ArrayDataset([
    { data: Float32Array.from({ length: 16 }, (_, i) => i / 16), shape: [1] },
    { data: new Float32Array(16).fill(0.5), shape: [1] },
  ]);
  const none = new ArrayDataset([
    { data: new Float32Array(0), shape: [1] },
    { data: new Float32Array(0), shape: [1] },
  ]);
  return DataLoaders.fromDatasets([data, none], {
    engine: host.resolve("engine"),
    random: host.resolve("random"),
    bs: 2,
    lossFunc: "mseLossFlat",
  });
}

const networks = (): { generator: Sequential; critic: Sequential } => ({
  generator: new Sequential(new Linear(1, 1)),
  critic: new Sequential(new Linear(1, 4), new LeakyRelu(0.2), new Linear(4, 1)),
});

describe("GAN", () => {
  let host: Host;
  beforeEach(async () => void (host = await visionHost("wasm")));
  afterEach(() => host[Symbol.asyncDispose]());

  /** Which network had each batch of two epochs: g or c. */
  async function turns(switcher: GANSwitcher, genFirst = false): Promise<string> {
    const learn = GANLearner.wgan(host, points(host), networks(), { switcher, genFirst });
    let seen = "";
    const spy = {
      name: "spy",
      order: 9,
      beforeBatch: () => void (seen += learn.trainer.genMode ? "g" : "c"),
    };
    await learn.fit(2, 1e-3, { cbs: [spy] });
    learn.dispose();
    return seen;
  }

  it("switches after fixed turns, which each epoch starts anew", async () => {
    expect(await turns(fixedGANSwitcher({ nCrit: 2, nGen: 1 }))).to.equal("ccgccgcc" + "gccgccgc");
    expect(await turns(fixedGANSwitcher({ nCrit: 1, nGen: 1 }), true)).to.equal("gcgcgcgc" + "gcgcgcgc");
    expect(await turns(fixedGANSwitcher({ nCrit: (others) => (others === 0 ? 3 : 1), nGen: 1 }))).to.match(/^cccg/);
  });

  it("switches by thresholds of the loss", async () => {
    expect(await turns(adaptiveGANSwitcher())).to.match(/^cgcgcgcg/);
    expect(await turns(adaptiveGANSwitcher({ criticThresh: -1e9 }))).to.match(/^c{8}/);
    expect(await turns(adaptiveGANSwitcher({ criticThresh: 1e9, genThresh: -1e9 }))).to.match(/^cg{7}/);
  });

  it("trains the one network only, and clips the critic", async () => {
    const nets = networks();
    const learn = GANLearner.wgan(host, points(host), nets, { switcher: fixedGANSwitcher({ nCrit: 100 }), clip: 0.05 });
    const before = await nets.generator.stateDict();
    await learn.fit(1, 0.1);
    expect([...(await nets.generator.stateDict())]).to.deep.equal([...before]);
    await learn.fit(1, 1e-9);
    const weights = [...(await nets.critic.stateDict()).values()].flatMap(({ data }) => Array.from(data, Number));
    expect(Math.max(...weights.map(Math.abs))).to.be.closeTo(0.05, 1e-6);
    expect(learn.trainer.critLosses).to.have.length(8);
    expect(learn.recorder?.metricNames).to.include.members(["gen_loss", "crit_loss"]);
    learn.dispose();
  });

  it("lets the critic learn faster, and puts the rate back", async () => {
    const rates: number[] = [];
    let cb: ReturnType<GANSwitcher> | undefined;
    const both: GANSwitcher = (trainer) => {
      cb = ganDiscriminativeLR(5)(trainer);
      return fixedGANSwitcher()(trainer);
    };
    const learn = GANLearner.wgan(host, points(host), networks(), { switcher: both });
    if (cb !== undefined) learn.addCb(cb);
    learn.addCb({ name: "spy", order: 9, beforeBatch: ({ opt }) => void rates.push(opt?.groups[0]?.hypers["lr"] ?? 0) });
    await learn.fit(1, 0.01);
    expect(rates.slice(0, 4).map((rate) => rate.toFixed(3))).to.deep.equal(["0.050", "0.010", "0.050", "0.010"]);
    learn.dispose();
  });
});

describe("parts of a GAN", () => {
  let host: Host;
  before(async () => void (host = await visionHost("wasm")));
  after(() => host[Symbol.asyncDispose]());

  it("has losses that compare with ones and zeros for every item", () => {
    const mse = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(a, b)));
    const { gen, crit } = ganLossFromFunc(mse, adaptiveLoss(mse), [2, 10]);
    const [fake, real] = [tf.tensor2d([[0.5], [0]]), tf.tensor2d([[1], [0.8]])];
    const [out, target] = [tf.tensor1d([1, 2]), tf.tensor1d([1, 4])];
    expect(numbers(() => gen(fake, out, target))[0]).to.be.closeTo(2 * ((0.25 + 1) / 2) + 10 * 2, 1e-6);
    expect(numbers(() => crit(real, fake))[0]).to.be.closeTo((0.04 / 2 + 0.25 / 2) / 2, 1e-6);
    expect(
      numbers(() =>
        accuracyThreshExpand(
          tf.tensor2d([
            [2, -3],
            [1, 1],
          ]),
          tf.tensor1d([1, 0]),
        ),
      ),
    ).to.deep.equal([0.25]);
    tf.dispose([fake, real, out, target]);
  });

  it("makes a GAN of two Learners", async () => {
    const [dls, nets] = [points(host), networks()];
    const mse: LossFunc = host.registry("losses").make("mseLossFlat");
    const generator = new Learner(host, dls, nets.generator, { lossFunc: mse });
    const critic = new Learner(host, dls, nets.critic, { lossFunc: mse });
    const learn = GANLearner.fromLearners(host, { generator, critic }, { weightsGen: [1, 50], genFirst: true });
    await learn.fit(1, 1e-3);
    expect(learn.trainer.genLosses.length + learn.trainer.critLosses.length).to.equal(8);
    expect(learn.trainer.lastGen?.shape).to.deep.equal([2, 1]);
    expect([...(await learn.model.stateDict()).keys()]).to.include.members(["generator.0.weight", "critic.2.bias"]);
    learn.dispose();
  });

  it("has fastai's critic: 64 pixels to one value, spectral norms, attention after the first block", () => {
    const critic = ganCritic(3, { nf: 16 });
    critic.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    critic.train(false);
    expect(tf.tidy(() => (critic.forward(tf.zeros([1, 64, 64, 3])) as tf.Tensor).shape)).to.deep.equal([1, 1]);
    const names = [...critic.saved().keys()];
    expect(names).to.include.members(["0.0.weight_orig", "2.layers.1.0.weight_u", "4.2.gamma", "9.0.weight_v"]);
    critic.dispose();
  });

  it("a module asks the network that it is switched to", () => {
    const gan = new GANModule(new Linear(2, 3), new Linear(2, 1));
    gan.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    const width = (): number | undefined => tf.tidy(() => (gan.forward(tf.ones([1, 2])) as tf.Tensor).shape[1]);
    expect(width()).to.equal(1);
    gan.switch();
    expect(width()).to.equal(3);
    gan.switch(true);
    expect(width()).to.equal(3);
    gan.dispose();
    expect(generateNoise(host.resolve("random"), 7)().shape).to.deep.equal([7]);
  });
});
