import { Normalize } from "@fastap/plugin-data";
import { imageDataLoaders } from "@fastap/plugin-vision";
import { expect } from "chai";
import { visionHost } from "./host.ts";
import { withImages } from "./image-folder.ts";

describe("transforms by their names", () => {
  it("are names, or pairs of a name and its options, a word among them", async () => {
    const host = await visionHost();
    await withImages(["train/a/1.png", "train/b/1.png", "valid/a/1.png"], async (root) => {
      const options = { bs: 1, itemTfms: [["resize", 5], "flipItem"] as const, batchTfms: [["normalize", "imagenet"]] as const };
      const { train } = await imageDataLoaders.fromFolder(host, root, options);
      expect(train.hooks.afterItem.transforms.map(({ name }) => name)).to.include.members(["Resize", "FlipItem"]);
      expect(train.hooks.afterBatch.find(Normalize)).to.not.equal(undefined);
    });
    await host[Symbol.asyncDispose]();
  });
});
