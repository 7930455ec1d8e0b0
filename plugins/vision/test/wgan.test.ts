import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { LeakyRelu } from "@fastap/plugin-nn";
import { basicCritic, basicGenerator, GANLearner } from "@fastap/plugin-vision";
import { expect } from "chai";
import sharp from "sharp";
import { digits } from "./digits.ts";
import { visionHost } from "./vision-host.ts";

describe("a Wasserstein GAN", () => {
  let host: Host;
  before(async () => void (host = await visionHost("wasm")));
  after(() => host[Symbol.asyncDispose]());

  it("learns from digits of MNIST: the critic tells them from noise, then the generator gains; no tensor stays", async () => {
    const path = await mkdtemp(join(tmpdir(), "fastap-gan-"));
    const before = host.resolve("engine").memory().tensors;
    const dls = await digits(host, { n: 512, bs: 32, noise: 16 });
    const critic = basicCritic(32, 1, { nFeatures: 8, act: () => new LeakyRelu(0.2) });
    const generator = basicGenerator(32, 1, { inSz: 16, nFeatures: 8 });
    const learn = GANLearner.wgan(host, dls, { generator, critic }, { optFunc: "rmsprop", wd: 0, path, showImg: "generated" });
    await learn.fit(3, 1e-3);
    const { critLosses, genLosses, lastGen } = learn.trainer;
    expect(critLosses).to.have.length(40);
    // real − fake: away from 0, where a critic that cannot tell them stays
    expect(critLosses.at(-1)).to.be.lessThan(3 * (critLosses[0] ?? 0) - 0.01);
    expect(genLosses.every(Number.isFinite)).to.equal(true);
    expect(lastGen?.shape).to.deep.equal([32, 32, 32, 1]);
    expect(await readdir(join(path, "generated"))).to.deep.equal(["epoch-0.png", "epoch-1.png", "epoch-2.png"]);
    const first = await readFile(join(path, "generated/epoch-0.png"));
    const { channels } = await sharp(join(path, "generated/epoch-2.png")).stats();
    expect(channels[0]?.stdev).to.be.greaterThan(10);
    const html = await (await learn.showResults({ dsIdx: 0, maxN: 4 })).html();
    expect([html.match(/<figure/g)?.length, html.match(/<image/g)?.length]).to.deep.equal([4, 4]); // images, no noise
    expect((await readFile(join(path, "generated/epoch-0.png"))).equals(first), "predictions write nothing").to.equal(true);
    learn.dispose();
    await rm(path, { recursive: true });
    expect(host.resolve("engine").memory().tensors).to.equal(before);
  });
});
