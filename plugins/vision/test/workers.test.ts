import type { Host, Tensor } from "@fastap/kernel";
import { DataBlock, getImageFiles, parentLabel } from "@fastap/plugin-data";
import type { DataBlockOptions, TfmdDataLoaders, TransformLike } from "@fastap/plugin-data";
import {
  bboxBlock,
  bboxLblBlock,
  CropPad,
  DihedralItem,
  FlipItem,
  imageBlock,
  imageDataLoaders,
  maskBlock,
  OldRandomCrop,
  PILImageBW,
  pointBlock,
  RandomCrop,
  RandomResizedCrop,
  RatioResize,
  Resize,
} from "@fastap/plugin-vision";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./host.ts";
import { withImages } from "./image-folder.ts";

const FILES = ["train", "valid"].flatMap((split) =>
  ["daisy", "rose"].flatMap((label) => [1, 2, 3].map((i) => `${split}/${label}/${i}.png`)),
);

/** Every number of two epochs of training and one of validation. */
async function numbersOf(dls: TfmdDataLoaders, host: Host): Promise<number[][]> {
  const { read } = host.resolve("engine");
  const all: number[][] = [];
  const add = async (tensor: Tensor): Promise<void> => void all.push(Array.from(await read(tensor)));
  for (const loader of [dls.train, dls.train, dls.valid])
    for await (const batch of loader) {
      for (const tensor of batch) await add(tensor);
      for (const tensor of batch) tensor.dispose();
    }
  await dls.close();
  return all;
}

describe("vision in workers", () => {
  let host: Host;
  before(async () => {
    host = await visionHost();
  });
  after(async () => host[Symbol.asyncDispose]());

  it("gives the same bits with every item transform", async () => {
    const chains: readonly (() => readonly TransformLike[])[] = [
      () => [new Resize(5), new FlipItem(), new DihedralItem()],
      () => [new RandomResizedCrop(5, { minScale: 0.3, valXtra: 0.3 })],
      () => [new RatioResize(9), new CropPad(12, { padMode: "border" }), new RandomCrop(4)],
      () => [new OldRandomCrop(5), new Resize([4, 6], { method: "pad", resamples: ["nearest", "nearest"] })],
    ];
    await withImages(FILES, async (root) => {
      for (const itemTfms of chains) {
        const loaders = async (numWorkers: number): Promise<TfmdDataLoaders> =>
          imageDataLoaders.fromFolder(host, root, { bs: 2, itemTfms: itemTfms(), numWorkers });
        const expected = await numbersOf(await loaders(0), host);
        expect(await numbersOf(await loaders(2), host)).to.deep.equal(expected);
      }
    });
  });

  it("takes masks, points and labelled boxes along", async () => {
    const mask = (file: string): string => file;
    const boxes = (): number[][] => [
      [1, 1, 4, 3],
      [2, 0, 5, 5],
    ];
    const blocks: readonly DataBlockOptions[] = [
      { blocks: [imageBlock(), maskBlock({ codes: Array.from({ length: 64 }, (_, i) => String(i)) })], getY: mask },
      {
        blocks: [imageBlock(PILImageBW), pointBlock()],
        getY: () => [
          [3, 2],
          [1, 5],
        ],
      },
      { blocks: [imageBlock(), bboxBlock(), bboxLblBlock()], nInp: 1, getY: [boxes, (file: string) => [parentLabel(file), "other"]] },
    ];
    await withImages(FILES, async (root) => {
      for (const options of blocks) {
        const loaders = async (numWorkers: number): Promise<TfmdDataLoaders> => {
          const block = new DataBlock({ getItems: getImageFiles, itemTfms: [new Resize(5), new FlipItem()], ...options });
          return block.dataloaders(root, { engine: host.resolve("engine"), random: host.resolve("random"), bs: 2, numWorkers });
        };
        const expected = await numbersOf(await loaders(0), host);
        expect(await numbersOf(await loaders(2), host)).to.deep.equal(expected);
      }
    });
  });

  it("refuses a transform that is derived from one and does not say how it is made", async () => {
    class Mine extends Resize {}
    await withImages(FILES, async (root) => {
      const error = await errorOf(() => imageDataLoaders.fromFolder(host, root, { bs: 2, itemTfms: new Mine(5), numWorkers: 1 }));
      expect(error).to.include({ code: "E_DATA_WORKER_TRANSFORM" });
      expect(error.message).to.include("Mine");
    });
  });
});
