import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Host, Tensor } from "@fastap/kernel";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { Resize, imageDataLoaders } from "@fastap/plugin-vision";
import { expect } from "chai";
import { memory } from "@tensorflow/tfjs-core";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./host.ts";
import { withImages, writeImage } from "./image-folder.ts";

const FLOWERS = ["train", "valid"].flatMap((split) =>
  ["daisy", "rose"].flatMap((label) => [1, 2].map((i) => `${split}/${label}/${label}_${i}.png`)),
);

async function shapesOf(dls: TfmdDataLoaders): Promise<(readonly number[])[]> {
  const batch = await dls.oneBatch();
  const shapes = batch.map(({ shape }) => shape);
  for (const tensor of batch) tensor.dispose();
  return shapes;
}

let host: Host;
before(async () => {
  host = await visionHost();
});
after(async () => host[Symbol.asyncDispose]());

describe("imageDataLoaders", () => {
  it("fromFolder: batches, facts, and nothing left behind", async () => {
    await withImages(FLOWERS, async (root) => {
      const dls = await imageDataLoaders.fromFolder(host, root, { bs: 4, itemTfms: ["resize", 5] });
      const { numTensors } = memory();
      expect(await shapesOf(dls)).to.deep.equal([[4, 5, 5, 3], [4]]);
      expect(memory().numTensors).to.equal(numTensors);
      expect([dls.vocab, dls.c, dls.lossFunc, dls.inputShape]).to.deep.equal([["daisy", "rose"], 2, "crossEntropyLossFlat", [5, 5, 3]]);
      expect([dls.train.n, dls.valid.n]).to.deep.equal([4, 4]);
    });
  });

  it("images of different sizes: the error names the transform that helps", async () => {
    await withImages(FLOWERS, async (root) => {
      await writeImage(join(root, "train/rose/large.png"), 9, [9, 9]);
      const dls = await imageDataLoaders.fromFolder(host, root, { bs: 5 });
      const error = await errorOf(async () => dls.oneBatch());
      expect(error.code).to.equal("E_DATA_COLLATE");
      expect(error.message).to.include("Resize(224)").and.include("[[resize, 224]]");
    });
  });

  it("from names: functions and patterns; validation is drawn by the seed", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `${i % 2 === 0 ? "cat" : "dog"}_${i}.png`);
    await withImages(names, async (root) => {
      const files = names.map((name) => join(root, name));
      const byRe = await imageDataLoaders.fromNameRe(host, root, files, "^([a-z]+)_", { bs: 2 });
      const byFunc = await imageDataLoaders.fromNameFunc(host, root, files, (name) => name.split("_")[0], { bs: 2 });
      const byPath = await imageDataLoaders.fromPathRe(host, root, files, /([a-z]+)_\d+\.png$/, { bs: 2, seed: 3 });
      for (const dls of [byRe, byFunc, byPath]) expect([dls.vocab, dls.valid.n]).to.deep.equal([["cat", "dog"], 2]);
      expect(byRe.dsets.splits).to.deep.equal(byFunc.dsets.splits).and.not.deep.equal(byPath.dsets.splits);
      expect((await errorOf(async () => imageDataLoaders.fromNameRe(host, root, files, "([a-z]+"))).message).to.include("([a-z]+");
      expect((await errorOf(async () => imageDataLoaders.fromNameRe(host, root, files, "^(x)"))).code).to.equal("E_DATA_NO_LABEL");
    });
  });

  it("fromCsv: a column that says what is for validation, several labels in a cell", async () => {
    const names = ["a", "b", "c", "d"];
    await withImages(
      names.map((name) => `images/${name}.png`),
      async (root) => {
        await writeFile(join(root, "labels.csv"), "image,labels,valid\na,red round,False\nb,red,0\nc,round,\nd,red,True\n");
        const options = { folder: "images", suff: ".png", labelDelim: " ", validCol: "valid", bs: 3 };
        const dls = await imageDataLoaders.fromCsv(host, root, options);
        expect(await shapesOf(dls)).to.deep.equal([
          [3, 6, 8, 3],
          [3, 2],
        ]);
        expect([dls.vocab, dls.lossFunc, dls.valid.n]).to.deep.equal([["red", "round"], "bceWithLogitsLossFlat", 1]);
        expect((await errorOf(async () => imageDataLoaders.fromCsv(host, root, { csvFname: "none.csv" }))).code).to.equal("E_VISION_CSV");
        expect((await errorOf(async () => imageDataLoaders.fromCsv(host, root, { ...options, fnCol: "imagee" }))).message).to.include(
          "image",
        );
      },
    );
  });

  it("fromLists: the kind of target is told by the labels", async () => {
    const names = Array.from({ length: 6 }, (_, i) => `${i}.png`);
    await withImages(names, async (root) => {
      const files = names.map((name) => join(root, name));
      const kinds = [
        [["x", "y", "x", "y", "x", "y"], "crossEntropyLossFlat"],
        [[0.5, 1, 2, 3, 4, 5], "mseLossFlat"],
        [files.map(() => ["x", "y"]), "bceWithLogitsLossFlat"],
      ] as const;
      for (const [labels, lossFunc] of kinds) {
        const dls = await imageDataLoaders.fromLists(host, root, files, labels, { bs: 2 });
        expect(dls.lossFunc).to.equal(lossFunc);
      }
      expect((await errorOf(async () => imageDataLoaders.fromLists(host, root, files, ["x"]))).code).to.equal("E_VISION_OPTION");
    });
  });
});

describe("imageDataLoaders of configs, files and bad input", () => {
  it("refuses an empty folder, a missing split, one class, a label that training lacks, and a file that is no image", async () => {
    await withImages(["train/rose/a.png", "train/rose/b.png", "valid/rose/c.png"], async (root) => {
      expect((await errorOf(async () => imageDataLoaders.fromFolder(host, join(root, "train/rose"), { bs: 1 }))).code).to.equal(
        "E_VISION_NO_FILES",
      );
      const missing = await errorOf(async () => imageDataLoaders.fromFolder(host, root, { valid: "test", bs: 1 }));
      expect(missing.message).to.include('"test"').and.include("train, valid");
      expect((await errorOf(async () => imageDataLoaders.fromFolder(host, root, { bs: 1 }))).code).to.equal("E_VISION_ONE_CLASS");
      await writeImage(join(root, "train/tulip/d.png"), 3, [6, 8]);
      await writeImage(join(root, "valid/violet/e.png"), 3, [6, 8]);
      const dls = await imageDataLoaders.fromFolder(host, root, { bs: 3, valBs: 1 });
      const unseen = await errorOf(async () => {
        for await (const batch of dls.valid) for (const tensor of batch) tensor.dispose();
      });
      expect(unseen.message).to.include("violet").and.include("rose, tulip");
      await writeFile(join(root, "train/rose/a.png"), "no image");
      const broken = await errorOf(async () => dls.oneBatch());
      expect(broken.message).to.include(join(root, "train/rose/a.png"));
    });
  });

  it("by name from a config, with a path of the environment; unknown options are named", async () => {
    await withImages(FLOWERS, async (root) => {
      process.env["FASTAP_TEST_IMAGES"] = root;
      const datasets = host.registry("datasets");
      const dls = await datasets.make(["imageFolder", { path: "${FASTAP_TEST_IMAGES}", bs: 2, itemTfms: [["resize", 4], "flipItem"] }]);
      expect(dls.vocab).to.deep.equal(["daisy", "rose"]);
      delete process.env["FASTAP_TEST_IMAGES"];
      expect((await errorOf(async () => datasets.make(["imageFolder", { path: "${FASTAP_TEST_IMAGES}" }]))).code).to.equal(
        "E_VISION_PATH_VARIABLE",
      );
      expect((await errorOf(async () => datasets.make(["imageFolder", { path: root, batchSize: 3 }]))).code).to.equal("E_VISION_OPTION");
      const misspelt = await errorOf(async () => datasets.make(["imageFolder", { path: root, itemTfms: [["resise", 3]] }]));
      expect(misspelt.message).to.include("resize");
    });
  });

  it("a relative path of the environment starts where the process was started, any other at the config", async () => {
    await withImages(FLOWERS, async (root) => {
      const elsewhere = await visionHost(join(root, "train"));
      const datasets = elsewhere.registry("datasets");
      const vocab = async (path: string): Promise<unknown> =>
        (await datasets.make(["imageFolder", { path, bs: 2, itemTfms: [["resize", 4]] }])).vocab;
      process.env["FASTAP_TEST_IMAGES"] = relative(process.cwd(), root);
      try {
        expect(await vocab("${FASTAP_TEST_IMAGES}")).to.deep.equal(["daisy", "rose"]);
        expect(await vocab("..")).to.deep.equal(["daisy", "rose"]);
      } finally {
        delete process.env["FASTAP_TEST_IMAGES"];
        await elsewhere[Symbol.asyncDispose]();
      }
    });
  });

  it("what an exported learner keeps prepares an image as validation does", async () => {
    await withImages(FLOWERS, async (root) => {
      const dls = await imageDataLoaders.fromFolder(host, root, {
        bs: 4,
        itemTfms: [new Resize([5, 4]), "flipItem"],
        batchTfms: ["normalize", { stats: "imagenet" }],
      });
      const kept = JSON.parse(JSON.stringify(dls.preprocessing)) as [string, object];
      const loaded = await host.registry("datasets").make(kept);
      expect([loaded.vocab, loaded.c, loaded.inputShape]).to.deep.equal([["daisy", "rose"], 2, [5, 4, 3]]);
      const file = join(root, "valid/rose/rose_1.png");
      const values = async (batch: readonly Tensor[] | undefined): Promise<number[]> => {
        const [x] = batch ?? [];
        const read = x === undefined ? [] : Array.from(await host.resolve("engine").read(x));
        for (const tensor of batch ?? []) tensor.dispose();
        return read;
      };
      const before = await values(await dls.testBatch?.(file));
      expect(before).to.have.length(60);
      expect(await values(await loaded.testBatch?.(file))).to.deep.equal(before);
    });
  });
});
