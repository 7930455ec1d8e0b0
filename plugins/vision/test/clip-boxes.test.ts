import type { Host, Tensor } from "@fastap/kernel";
import { Normalize, TensorBatch, TensorBBox, TensorImage, TensorMultiCategory, tuple } from "@fastap/plugin-data";
import { aspect, ClipBoxes, normApplyDenorm, nPx, PILImage, RandomErasing, reshapeImage, vocBoxes } from "@fastap/plugin-vision";
import { expect } from "chai";
import { folder, shared } from "./shared-data.ts";
import { visionHost } from "./host.ts";

describe("boxes after batch transforms", () => {
  let host: Host;
  before(async () => {
    host = await visionHost();
  });
  after(async () => host[Symbol.asyncDispose]());
  const read = async (tensor: Tensor | undefined): Promise<number[]> =>
    tensor === undefined ? [] : Array.from(await host.resolve("engine").read(tensor));

  it("are cut to the image; those outside become empty, of label 0", async () => {
    const engine = host.resolve("engine");
    const { tensors } = engine.memory();
    const boxes = [-1.5, -0.5, 0.5, 0.5, 1.2, 0, 1.5, 1, -1, -1, 1, 1, 0, 0, 0, 0];
    const given = [engine.from(boxes, [1, 4, 4]), engine.from([1, 2, 3, 0], [1, 4], "int32"), engine.from([7], [1, 1, 1, 1])];
    const [first, second, image] = given;
    if (first === undefined || second === undefined || image === undefined) throw new Error("no tensors");
    const batch = tuple(
      new TensorBatch(image, TensorImage, engine),
      new TensorBatch(first, TensorBBox, engine),
      new TensorBatch(second, TensorMultiCategory, engine),
    );
    const [same, cut, labels] = Array.from(new ClipBoxes().encode(batch) as Iterable<TensorBatch>, ({ tensor }) => tensor);
    expect(same).to.equal(image);
    expect(await read(cut)).to.deep.equal([-1, -0.5, 0.5, 0.5, 0, 0, 0, 0, -1, -1, 1, 1, 0, 0, 0, 0]);
    expect([labels?.dtype, await read(labels)]).to.deep.equal(["int32", [1, 0, 3, 0]]);
    for (const each of [...given, cut, labels]) each?.dispose();
    expect(engine.memory().tensors).to.equal(tensors);
  });

  it("of cells stay in the photo by name, whatever augTransforms do", async function () {
    if (folder === undefined) return this.skip();
    const options = { path: shared("bccd/BCCD"), itemTfms: ["resize", 64], bs: 8, n: 8 } as const;
    const most = async (batchTfms: readonly (string | [string, object])[]): Promise<number> => {
      const [image, boxes, labels] = await (await vocBoxes(host, { ...options, batchTfms })).oneBatch();
      const furthest = Math.max(...(await read(boxes)).map(Math.abs));
      for (const each of [image, boxes, labels]) each?.dispose();
      return furthest;
    };
    const zoomed: [string, object] = ["augTransforms", { minZoom: 1.5, maxZoom: 2, pAffine: 1 }];
    expect(await most([zoomed])).to.be.greaterThan(1.01);
    expect(await most([zoomed, "clipBoxes"])).to.be.at.most(1);
  });

  it("normApplyDenorm gives 0…1 again, as it was where nothing is erased", async () => {
    const engine = host.resolve("engine");
    const { tensors } = engine.memory();
    const images = new TensorBatch(engine.from(new Float32Array(2 * 8 * 8 * 3).fill(0.5), [2, 8, 8, 3]), TensorImage, engine);
    const erasing = new RandomErasing({ p: 1, sl: 0.2, sh: 0.3 });
    const erase = (): TensorBatch => {
      const norm = Normalize.fromStats([0.4, 0.5, 0.6], [0.2, 0.2, 0.2]);
      return normApplyDenorm(images, (x) => erasing.encode(x, 0, host.resolve("random").fork("erase")) as TensorBatch, norm);
    };
    const [once, again] = [erase(), erase()];
    const values = await read(once.tensor);
    expect(await read(again.tensor), "noise from the stream").to.deep.equal(values);
    expect(Math.min(...values)).to.be.at.least(0);
    expect(Math.max(...values)).to.be.at.most(1);
    const kept = values.filter((value) => Math.abs(value - 0.5) < 1e-6).length / values.length;
    expect(kept).to.be.within(0.5, 0.9);
    for (const each of [images, once, again]) each.tensor.dispose();
    expect(engine.memory().tensors).to.equal(tensors);
  });

  it("an image says its pixels and proportions, and takes another size", async () => {
    const image = await PILImage.create({ data: new Uint8Array(4 * 6 * 3), shape: [4, 6, 3] });
    expect([nPx(image), aspect(image), reshapeImage(image, 2, 8).shape]).to.deep.equal([24, 1.5, [2, 8, 3]]);
    expect(reshapeImage(image, 2, 8)).to.be.instanceOf(PILImage);
  });
});
