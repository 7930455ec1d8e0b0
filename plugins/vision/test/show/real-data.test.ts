import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createHost, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data, DataBlock, endSplitter, getImageFiles, Normalize } from "@fastap/plugin-data";
import type { Figure } from "@fastap/plugin-display";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { interpretation, Interpretation } from "@fastap/plugin-interpretation";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { Conv2d, nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import {
  bboxBlock,
  bboxLblBlock,
  imageBlock,
  imageDataLoaders,
  imagenetStats,
  maskBlock,
  pointBlock,
  Resize,
  vision,
} from "@fastap/plugin-vision";
import { expect } from "chai";
import sharp from "sharp";

const SIDE = 32;
const ROOT = process.env["FASTAP_DATA"] ?? "";
const count = (text: string, part: RegExp): number => (text.match(part) ?? []).length;

describe("what is shown of real data", function () {
  let host: Host;
  let learn: Learner | undefined;
  before(async function () {
    if (ROOT === "") {
      console.log("      skipped: FASTAP_DATA is not set");
      this.skip();
    }
    const plugins = [engineTfjs, backendCpu, data, nn, losses, optimizers, learner, interpretation, vision];
    host = await createHost({ plugins, config: { backend: "cpu", seed: 3 } });
  });
  afterEach(() => {
    learn?.dispose();
    learn = undefined;
  });
  after(async () => host?.[Symbol.asyncDispose]());

  const services = () => ({ engine: host.resolve("engine"), random: host.resolve("random"), displays: host.registry("displays"), bs: 9 });

  /** A picture that can be decoded, with more than one colour in it. */
  async function expectPicture(figure: Figure): Promise<void> {
    const { channels } = await sharp(await figure.png()).stats();
    expect(Math.min(...channels.slice(0, 3).map(({ stdev }) => stdev))).to.be.above(10);
  }

  it("flowers: photos with their class, truth and prediction, the worst", async () => {
    const options = { itemTfms: new Resize(SIDE), batchTfms: new Normalize(imagenetStats), bs: 9, numWorkers: 1 };
    const dls = await imageDataLoaders.fromFolder(host, join(ROOT, "flowers-mini"), options);
    const batch = await dls.showBatch();
    expect(batch.data).to.have.length(9);
    expect(dls.vocab).to.include.members(batch.data.map(({ category }) => category));
    await expectPicture(batch);
    learn = createLearner(host, dls, ["mlp", { sizes: [SIDE * SIDE * 3, 5], flatten: true }]);
    const results = await learn.showResults();
    expect(dls.vocab).to.include.members(results.data.flatMap(({ target, prediction }) => [target, prediction]));
    const html = await results.html();
    expect(count(html, /class="(?:good|bad)"/g)).to.equal(18);
    const { tensors } = host.resolve("engine").memory();
    const interp = await Interpretation.fromLearner(learn);
    const worst = await interp.plotTopLosses(4);
    expect(worst.data.map(({ loss }) => Number(loss).toFixed(3))).to.deep.equal(
      interp.topLosses(4).values.map((value) => value.toFixed(3)),
    );
    await expectPicture(worst);
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    expect((await dls.showBatch({ unique: true, maxN: 2 })).data).to.have.length(2);
    await dls.close();
  });

  it("nuclei: masks over the photo, target beside prediction", async () => {
    const block = new DataBlock({
      blocks: [imageBlock, maskBlock],
      getItems: async (path: string) => (await getImageFiles(join(path, "images"))).slice(0, 20),
      splitter: endSplitter(),
      getY: (file: string) => file.replace("images", "masks"),
      itemTfms: [new Resize(SIDE)],
    });
    const dls = await block.dataloaders(join(ROOT, "nuclei-seg"), services());
    expect(count(await (await dls.showBatch()).svg(), /<image/g)).to.equal(18);
    learn = createLearner(host, dls, new Conv2d(3, 2, 1), { lossFunc: "crossEntropyLossFlat" });
    const html = await (await learn.showResults()).html();
    expect(html).to.contain("Target / Prediction");
    expect([count(html, /<figure/g), count(html, /<image/g)]).to.deep.equal([4, 16]); // 4 of validation
    const worst = await (await Interpretation.fromLearner(learn)).plotTopLosses(3);
    expect([count(await worst.svg(), /<image/g), count(await worst.svg(), /loss: \d\.\d{4}/g)]).to.deep.equal([15, 3]);
    await expectPicture(worst);
  });

  it("bccd: boxes with labels, and the point in the middle of one", async () => {
    const folder = join(ROOT, "bccd", "BCCD");
    const files = (await getImageFiles(join(folder, "JPEGImages"))).slice(0, 12);
    const cells = new Map(await Promise.all(files.map(async (file) => [file, await cellsOf(file)] as const)));
    const cell = (file: string): Cells => cells.get(file) ?? { boxes: [], kinds: [] };
    const itemTfms = [new Resize(96, { method: "squish" })];
    const detection = new DataBlock({
      blocks: [imageBlock, bboxBlock, bboxLblBlock],
      nInp: 1,
      splitter: endSplitter(),
      getY: [(file: string) => cell(file).boxes, (file: string) => cell(file).kinds],
      itemTfms,
    });
    const boxes = await (await detection.dataloaders(files, { ...services(), bs: 4 })).valid.showBatch();
    const svg = await boxes.svg();
    expect(svg).to.contain(">RBC</text>").and.contain(">WBC</text>").and.not.contain("#na#").and.not.contain(";RBC");
    await expectPicture(boxes);
    const points = new DataBlock({
      blocks: [imageBlock, pointBlock],
      splitter: endSplitter(),
      getY: (file: string) =>
        cell(file)
          .boxes.slice(0, 1)
          .map(([l = 0, t = 0, r = 0, b = 0]) => [(l + r) / 2, (t + b) / 2]),
      itemTfms,
    });
    const dls = await points.dataloaders(files, { ...services(), bs: 4 });
    learn = createLearner(host, dls, ["mlp", { sizes: [96 * 96 * 3, 2], flatten: true }], { lossFunc: "mseLossFlat" });
    const html = await (await learn.showResults()).html();
    expect([count(html, /<figure/g), count(html, /<image/g), count(html, /<circle/g)]).to.deep.equal([2, 4, 4]);
  });
});

interface Cells {
  /** In pixels of the photo. */
  readonly boxes: readonly (readonly number[])[];
  readonly kinds: readonly string[];
}

async function cellsOf(photo: string): Promise<Cells> {
  const xml = await readFile(photo.replace("JPEGImages", "Annotations").replace(/jpg$/, "xml"), "utf8");
  const objects = xml.split("<object>").slice(1);
  const number = (text: string, tag: string): number => Number(new RegExp(`<${tag}>(\\d+)<`).exec(text)?.[1]);
  const boxes = objects.map((object) => ["xmin", "ymin", "xmax", "ymax"].map((tag) => number(object, tag)));
  return { boxes, kinds: objects.map((object) => /<name>(\w+)</.exec(object)?.[1] ?? "") };
}
