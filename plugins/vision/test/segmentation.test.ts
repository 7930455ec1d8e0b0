import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { PILMask, augTransforms, segmentationDataLoaders, segmentationFolder, toBytesFormat } from "@fastap/plugin-vision";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./host.ts";
import { withImages } from "./image-folder.ts";

const NAMES = Array.from({ length: 6 }, (_, i) => `images/${i}.png`);

/** A mask beside each image whose pixels are all `value`. */
async function writeMasks(root: string, value: number): Promise<void> {
  await Promise.all(
    NAMES.map(async (_, i) => {
      const mask = await PILMask.create({ data: new Uint8Array(48).fill(value), shape: [6, 8] });
      await writeFile(join(root, `mask_${i}.png`), await toBytesFormat(mask));
    }),
  );
}

describe("segmentation", () => {
  let host: Host;
  before(async () => {
    host = await visionHost();
  });
  after(async () => host[Symbol.asyncDispose]());

  it("fromLabelFunc: masks as class numbers, their codes as vocabulary; black and white ones divided", async () => {
    await withImages(NAMES, async (root) => {
      await writeMasks(root, 255);
      const files = NAMES.map((name) => join(root, name));
      const maskOf = (file: string): string => join(root, `mask_${/(\d)\.png$/.exec(file)?.[1]}.png`);
      const options = { codes: ["background", "cell"], bs: 2, batchTfms: augTransforms() };
      const dls = await segmentationDataLoaders.fromLabelFunc(host, root, files, maskOf, { ...options, divMask: 255 });
      const [x, y] = await dls.oneBatch();
      expect([x?.shape, y?.shape, y?.dtype]).to.deep.equal([[2, 6, 8, 3], [2, 6, 8], "int32"]);
      expect(new Set(y === undefined ? [] : await host.resolve("engine").read(y))).to.deep.equal(new Set([1]));
      for (const tensor of [x, y]) tensor?.dispose();
      expect([dls.vocab, dls.c, dls.lossFunc]).to.deep.equal([["background", "cell"], 2, "crossEntropyLossFlat"]);
      const refused = await errorOf(async () => segmentationDataLoaders.fromLabelFunc(host, root, files, maskOf, options));
      expect(refused.message).to.include("255").and.include("mask_").and.include("divMask");
    });
  });

  it("refuses codes that are no file, by name", async () => {
    await withImages(NAMES, async (path) => {
      const error = await errorOf(async () => segmentationFolder(host, { path, codes: "codes.txt", bs: 2 }));
      expect(error.code).to.equal("E_VISION_OPTION");
      expect(error.message).to.include("codes.txt").and.include("one a line");
    });
  });

  it("the nuclei, with their split and codes from files", async function () {
    const data = process.env["FASTAP_DATA"];
    if (data === undefined) return this.skip();
    const named = { codes: "codes.txt", csvFname: "items.csv", fnCol: "id" };
    const dls = await segmentationFolder(host, { path: "${FASTAP_DATA}/nuclei-seg", ...named, itemTfms: ["resize", 64], bs: 4 });
    expect([dls.train.n, dls.valid.n, dls.vocab]).to.deep.equal([160, 40, ["background", "nucleus"]]);
    const batch = await dls.oneBatch();
    expect(batch.map(({ shape }) => shape)).to.deep.equal([
      [4, 64, 64, 3],
      [4, 64, 64],
    ]);
    for (const tensor of batch) tensor.dispose();
  });
});
